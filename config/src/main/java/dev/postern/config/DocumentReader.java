package dev.postern.config;

import dev.postern.LlmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first document of a text into a tree of nodes, with aliases resolved and merge keys merged. The depth is limited,
 * so is the length of a key, and so is the number of values, in which what aliases repeat counts each time. {@link ConfigText}
 * limits the length of the text.
 */
final class DocumentReader {
    static final int MAX_DEPTH = 64;
    private static final int MAX_VALUES = 20_000;
    private static final int MAX_KEY_LENGTH = 256;
    private static final int MAX_SHOWN = 40;
    private static final String MERGE = "<<";
    private static final String YAML_TAG = "tag:yaml.org,2002:";
    /** The tags that are accepted, because they do not change what a configuration means. */
    private static final Set<String> TAGS = Set.of(
            "!",
            YAML_TAG + "str",
            YAML_TAG + "int",
            YAML_TAG + "float",
            YAML_TAG + "bool",
            YAML_TAG + "null",
            YAML_TAG + "map",
            YAML_TAG + "seq");

    private final ConfigText text;
    private final Source source;
    private final Map<String, Node> anchors = new HashMap<>();
    private int count;

    private DocumentReader(ConfigText text) {
        this.text = text;
        source = text.isJson() ? new JsonSource(text) : new YamlSource(text);
    }

    /**
     * The root of the document.
     *
     * @throws LlmException of kind CONFIGURATION that names the line
     */
    static Node.Section read(ConfigText text) {
        if (text.text().isBlank()) {
            throw empty(text);
        }
        return new DocumentReader(text).document();
    }

    private Node.Section document() {
        Token first = source.next();
        if (first == Token.END) {
            throw empty(text);
        }
        Node root = value(first, 1, source.line());
        Token more =
                source.next(); // throws if the text right after the root is malformed; a second document is not read
        if (more != Token.END && !source.hasDocuments()) {
            throw text.error(source.line(), "more text follows the JSON value");
        }
        if (!(root instanceof Node.Section section)) {
            throw text.error(root.line(), "must be a section with keys, such as 'providers:', at the top");
        }
        return section;
    }

    private Node value(Token token, int depth, int line) {
        count(1);
        if (token == Token.ALIAS) {
            return alias(depth, line);
        }
        checkTag();
        String anchor = source.anchor();
        checkDepth(depth, 0);
        Node node = switch (token) {
            case SECTION -> section(depth, line);
            case LIST -> items(depth, line);
            default -> new Node.Scalar(line, scalar(token));
        };
        if (anchor != null) {
            anchors.put(anchor, node);
        }
        return node;
    }

    private Node alias(int depth, int line) {
        Node node = anchors.get(source.text());
        if (node == null) {
            throw text.error(source.line(), "an alias refers to an anchor that is not defined before it");
        }
        count(node.size());
        checkDepth(depth, node.height() - 1);
        return node.at(line);
    }

    private Node section(int depth, int line) {
        Map<String, Node> entries = new LinkedHashMap<>();
        Node merged = null;
        int size = 1;
        while (source.nextKey()) {
            String key = source.text();
            int keyLine = source.line();
            checkKey(key, keyLine);
            checkTag();
            boolean plain = source.isPlainKey();
            String anchor = source.anchor();
            if (anchor != null) {
                anchors.put(anchor, new Node.Scalar(keyLine, plain ? ScalarValues.plainKey(key) : key));
            }
            Node node = value(source.next(), depth + 1, keyLine);
            size += node.size();
            if (plain && key.equals(MERGE)) {
                if (merged != null) {
                    throw text.error(
                            keyLine, "the merge key '<<' occurs twice in one section; use it once, with a list");
                }
                merged = node;
            } else if (entries.putIfAbsent(key, node) != null) {
                throw text.error(keyLine, "the key '" + shortened(key) + "' occurs twice in one section");
            }
        }
        if (merged != null) {
            merge(entries, merged);
        }
        int height = 0; // of the merged entries too, which are not nested in the section that they come from
        for (Node entry : entries.values()) {
            height = Math.max(height, entry.height());
        }
        return new Node.Section(line, entries, size, height + 1);
    }

    /** Adds the merged entries. An entry of the section itself takes precedence, then that of the first merged section. */
    private void merge(Map<String, Node> entries, Node merged) {
        if (merged instanceof Node.Section section) {
            section.entries().forEach(entries::putIfAbsent);
        } else if (merged instanceof Node.Items list
                && list.items().stream().allMatch(Node.Section.class::isInstance)) {
            list.items().forEach(item -> merge(entries, item));
        } else {
            throw text.error(merged.line(), "the merge key '<<' takes a section, or a list of sections");
        }
    }

    private Node items(int depth, int line) {
        List<Node> items = new ArrayList<>();
        int size = 1;
        int height = 0;
        for (Token token = source.next(); token != Token.LIST_END; token = source.next()) {
            Node node = value(token, depth + 1, source.line());
            size += node.size();
            height = Math.max(height, node.height());
            items.add(node);
        }
        return new Node.Items(line, items, size, height + 1);
    }

    private @Nullable Object scalar(Token token) {
        return switch (token) {
            case TEXT -> source.text();
            case NUMBER -> ScalarValues.number(source.text());
            case TRUE -> true;
            case FALSE -> false;
            case NULL -> null;
            default -> throw new IllegalStateException("not a value: " + token);
        };
    }

    private void checkKey(String key, int line) {
        if (key.length() > MAX_KEY_LENGTH) {
            throw text.error(line, "the key '" + shortened(key) + "' is longer than " + MAX_KEY_LENGTH + " characters");
        }
    }

    private void checkTag() {
        String tag = source.tag();
        if (tag != null && !TAGS.contains(tag)) {
            throw text.error(source.line(), "tags such as !env are not supported; write a variable as ${NAME}");
        }
    }

    private void checkDepth(int depth, int below) {
        if (depth + below > MAX_DEPTH) {
            throw text.error(source.line(), "sections and lists are nested more than " + MAX_DEPTH + " deep");
        }
    }

    private void count(int values) {
        count += values;
        if (count > MAX_VALUES) {
            throw text.error(
                    source.line(),
                    "the text has more than " + MAX_VALUES + " values, including those that aliases repeat");
        }
    }

    private static String shortened(String key) {
        String line = key.replaceAll("\\p{Cntrl}", "?");
        return line.length() > MAX_SHOWN ? line.substring(0, MAX_SHOWN) + "…" : line;
    }

    private static LlmException empty(ConfigText text) {
        return text.error(0, "is empty; it must begin with 'providers:'");
    }
}
