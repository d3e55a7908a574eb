package dev.postern.config;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads YAML with the parser of SnakeYAML Engine. Scalars without quotes are read by the core schema of YAML 1.2. */
final class YamlSource implements Source {
    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setCodePointLimit(ConfigText.MAX_LENGTH + 1).build();
    private static final ScalarResolver RESOLVER = new CoreSchema().getScalarResolver();

    private final YamlErrors errors;
    private final Parser parser;
    private Event event;

    YamlSource(ConfigText source) {
        errors = new YamlErrors(source);
        parser = new ParserImpl(SETTINGS, new StreamReader(SETTINGS, source.text()));
        event = parser.next(); // the start of the stream
    }

    @Override
    public Token next() {
        readEvent();
        while (event instanceof DocumentStartEvent || event instanceof DocumentEndEvent) {
            readEvent();
        }
        if (event instanceof ScalarEvent scalar) {
            return token(scalar);
        }
        if (event instanceof MappingStartEvent) {
            return Token.SECTION;
        }
        if (event instanceof SequenceStartEvent) {
            return Token.LIST;
        }
        if (event instanceof SequenceEndEvent) {
            return Token.LIST_END;
        }
        if (event instanceof AliasEvent) {
            return Token.ALIAS;
        }
        if (event instanceof StreamEndEvent) {
            return Token.END;
        }
        throw new IllegalStateException("YAML has no value " + event.getEventId());
    }

    @Override
    public boolean nextKey() {
        readEvent();
        if (event instanceof MappingEndEvent) {
            return false;
        }
        if (event instanceof ScalarEvent) {
            return true;
        }
        throw errors.of(line(), "a key must be text, not a list, section or alias");
    }

    private void readEvent() {
        try {
            event = parser.next();
        } catch (YamlEngineException e) {
            throw errors.of(e, line());
        }
    }

    /** A tag, if there is one, decides the type, else the core schema. */
    private static Token token(ScalarEvent scalar) {
        Optional<String> tag = scalar.getTag();
        boolean plain = scalar.getImplicit().canOmitTagInPlainScalar();
        Tag type = tag.isEmpty() || tag.get().equals("!")
                ? RESOLVER.resolve(scalar.getValue(), plain)
                : new Tag(tag.get());
        if (type.equals(Tag.INT) || type.equals(Tag.FLOAT)) {
            return Token.NUMBER;
        }
        if (type.equals(Tag.NULL)) {
            return Token.NULL;
        }
        if (type.equals(Tag.BOOL)) {
            return switch (scalar.getValue().toLowerCase(Locale.ROOT)) {
                case "true" -> Token.TRUE;
                case "false" -> Token.FALSE;
                default -> Token.TEXT;
            };
        }
        return Token.TEXT;
    }

    @Override
    public String text() {
        if (event instanceof ScalarEvent scalar) {
            return scalar.getValue();
        }
        return event instanceof AliasEvent alias ? alias.getAlias().getValue() : "";
    }

    @Override
    public int line() {
        return YamlErrors.line(event.getStartMark());
    }

    @Override
    public @Nullable String anchor() {
        return event instanceof NodeEvent node && !(event instanceof AliasEvent)
                ? node.getAnchor().map(Anchor::getValue).orElse(null)
                : null;
    }

    @Override
    public @Nullable String tag() {
        if (event instanceof ScalarEvent scalar) {
            return scalar.getTag().orElse(null);
        }
        return event instanceof CollectionStartEvent start ? start.getTag().orElse(null) : null;
    }

    @Override
    public boolean isPlainKey() {
        return event instanceof ScalarEvent scalar && scalar.isPlain();
    }

    @Override
    public boolean hasDocuments() {
        return true;
    }
}
