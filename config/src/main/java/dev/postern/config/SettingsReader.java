package dev.postern.config;

import dev.postern.spi.Settings;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Creates the settings of a section: plain values with variables replaced. The line of a path is searched only for an error:
 * many values with long paths would need much memory.
 */
final class SettingsReader {
    private final ConfigText text;
    private final Variables variables;
    private final Node.Section root;
    private final String rootPath;
    /** The texts with variables, by the text of the node: aliases share it, so they share the result. */
    private final IdentityHashMap<String, String> expanded = new IdentityHashMap<>();

    private SettingsReader(ConfigText text, Variables variables, Node.Section root, String rootPath) {
        this.text = text;
        this.variables = variables;
        this.root = root;
        this.rootPath = rootPath;
    }

    /** Creates the settings of the section at this path. */
    static Settings of(ConfigText text, Node.Section section, String path, Variables variables) {
        SettingsReader values = new SettingsReader(text, variables, section, path);
        return MapSettings.of(values.section(section, path), path, values::place);
    }

    private Map<String, @Nullable Object> section(Node.Section section, String path) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        section.entries().forEach((key, node) -> values.put(key, value(node, path + "." + key)));
        return values;
    }

    private @Nullable Object value(Node node, String path) {
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
                ? expanded.computeIfAbsent(
                        string,
                        unread -> variables.expand(unread, sentence -> text.error(node.line(), path + ": " + sentence)))
                : value;
    }

    /** The line of the path; if it is missing, the line of the nearest section that contains it. */
    private String place(String path) {
        if (!startsWithStep(path, rootPath, 0)) {
            return text.at(0);
        }
        Node node = root;
        int end = rootPath.length();
        while (true) {
            String step = node instanceof Node.Items ? index(path, end) : longestKey(node, path, end);
            Node next = step.isEmpty() ? null : child(node, step);
            if (next == null) {
                return text.at(node.line());
            }
            node = next;
            end += step.length();
        }
    }

    /** The step, such as {@code .name}, of the longest key that the path continues with; keys may contain dots. */
    private static String longestKey(Node node, String path, int from) {
        String longest = "";
        if (node instanceof Node.Section section) {
            for (String key : section.entries().keySet()) {
                if (key.length() >= longest.length() && startsWithStep(path, "." + key, from)) {
                    longest = "." + key;
                }
            }
        }
        return longest;
    }

    /** The step, such as {@code [0]}, with which the path continues; empty if it is none. */
    private static String index(String path, int from) {
        int end = path.indexOf(']', from);
        return path.startsWith("[", from) && end > 0 ? path.substring(from, end + 1) : "";
    }

    private static @Nullable Node child(Node node, String step) {
        if (node instanceof Node.Section section) {
            return section.entries().get(step.substring(1));
        }
        List<Node> items = ((Node.Items) node).items();
        for (int i = 0; i < items.size(); i++) {
            if (step.equals("[" + i + "]")) {
                return items.get(i);
            }
        }
        return null;
    }

    private static boolean startsWithStep(String path, String step, int from) {
        int end = from + step.length();
        return path.startsWith(step, from)
                && (end == path.length() || path.charAt(end) == '.' || path.charAt(end) == '[');
    }
}
