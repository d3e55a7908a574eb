package dev.postern.config;

import dev.postern.spi.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creates the settings of a section: plain values with variables replaced, and the line of each path for errors. */
final class SettingsReader {
    private final ConfigText text;
    private final Variables variables;
    private final Map<String, Integer> lines = new HashMap<>();

    private SettingsReader(ConfigText text, Variables variables) {
        this.text = text;
        this.variables = variables;
    }

    /** Creates the settings of the section at this path. */
    static Settings of(ConfigText text, Node.Section section, String path, Variables variables) {
        SettingsReader values = new SettingsReader(text, variables);
        values.lines.put(path, section.line());
        return Settings.of(values.section(section, path), path, values::place);
    }

    private Map<String, @Nullable Object> section(Node.Section section, String path) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        section.entries().forEach((key, node) -> values.put(key, value(node, path + "." + key)));
        return values;
    }

    private @Nullable Object value(Node node, String path) {
        lines.put(path, node.line());
        if (node instanceof Node.Section section) {
            return section(section, path);
        }
        if (node instanceof Node.Items list) {
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < list.items().size(); i++) {
                values.add(value(list.items().get(i), path + "[" + i + "]"));
            }
            return values;
        }
        Object value = ((Node.Scalar) node).value();
        return value instanceof String string
                ? variables.expand(string, sentence -> text.error(node.line(), path + ": " + sentence))
                : value;
    }

    /** The line of the path; if it is missing, the line of the nearest section that contains it. */
    private String place(String path) {
        String known = path;
        while (!known.isEmpty() && !lines.containsKey(known)) {
            known = known.substring(0, Math.max(0, Math.max(known.lastIndexOf('.'), known.lastIndexOf('['))));
        }
        return text.at(lines.getOrDefault(known, 0));
    }
}
