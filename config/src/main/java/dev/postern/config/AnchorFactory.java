package dev.postern.config;

import java.io.Reader;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.util.BufferRecycler;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLFactoryBuilder;
import tools.jackson.dataformat.yaml.YAMLParser;

/** Makes parsers that tell the anchor of every value. Jackson's own keeps those of keys, sections and lists alone. */
final class AnchorFactory extends YAMLFactory {
    private static final long serialVersionUID = 1L;

    AnchorFactory(YAMLFactoryBuilder settings) {
        super(settings);
    }

    @Override
    protected YAMLParser _createParser(ObjectReadContext context, IOContext io, Reader text) {
        return new AnchorParser(
                context,
                io,
                _getBufferRecycler(),
                context.getStreamReadFeatures(_streamReadFeatures),
                context.getFormatReadFeatures(_formatReadFeatures),
                _loadSettings,
                text);
    }

    /** A parser that tells the anchor of every value. */
    static final class AnchorParser extends YAMLParser {
        private AnchorParser(
                ObjectReadContext context,
                IOContext io,
                BufferRecycler buffers,
                int streamFeatures,
                int yamlFeatures,
                LoadSettings settings,
                Reader text) {
            super(context, io, buffers, streamFeatures, yamlFeatures, settings, text);
        }

        /** Whether the key that the parser stands on has no quotes. */
        boolean isPlain() {
            return _lastEvent instanceof ScalarEvent scalar && scalar.getScalarStyle() == ScalarStyle.PLAIN;
        }

        /** The anchor of the value or key that the parser stands on; not to be asked for an alias. */
        Optional<String> anchor() {
            return _lastEvent instanceof NodeEvent node ? node.getAnchor().map(Anchor::getValue) : Optional.empty();
        }
    }
}
