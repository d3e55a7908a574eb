package dev.postern.config;

import dev.postern.LlmException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Makes a tree of the first document of a text, with its aliases followed and its merge keys merged. Bounded: the text's
 * length by whoever read it, the depth, and the number of values as they are when all aliases are followed.
 */
final class DocumentReader {
    static final int MOST_DEPTH = 64;
    private static final int MOST_VALUES = 20_000;
    private static final int MOST_DIGITS = 40;
    private static final String MERGE = "<<";
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9]\\d*)");
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d{1,3})?");
    /** Tags that say no more than what the value says itself. */
    private static final Set<String> TAGS = Set.of("!", "str", "int", "float", "bool", "null", "map", "seq");

    private final SourceText text;
    private final Source source;
    private final JsonParser parser;
    private final Map<String, Node> anchors = new HashMap<>();
    private int count;

    private DocumentReader(SourceText text, Source source) {
        this.text = text;
        this.source = source;
        parser = source.parser();
    }

    /**
     * The root of the document.
     *
     * @throws LlmException of kind CONFIGURATION that names the line
     */
    static Node.Section read(SourceText text) {
        if (text.text().isBlank()) {
            throw empty(text);
        }
        try (Source source = open(text)) {
            return new DocumentReader(text, source).document();
        }
    }

    private static Source open(SourceText text) {
        if (text.isJson()) {
            return JsonSource.of(text.text());
        }
        try {
            return YamlSource.of(text.text());
        } catch (LinkageError e) {
            throw text.error(
                    0,
                    "YAML is read by tools.jackson.dataformat:jackson-dataformat-yaml, which is not there or does not fit; add"
                            + " it in the version of jackson-core, or write JSON instead");
        }
    }

    private Node.Section document() {
        try {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw empty(text);
            }
            Node root = value(first, 1, line());
            JsonToken more = parser.nextToken(); // what is malformed behind the root is found here
            if (more != null && !source.isYaml()) {
                throw text.error(line(), "more text follows the JSON value");
            }
            if (!(root instanceof Node.Section section)) {
                throw text.error(root.line(), "must be a section with keys, such as 'providers:', at the top");
            }
            return section;
        } catch (JacksonException e) {
            Source.Fault fault = source.fault(e);
            throw text.error(fault.line(), fault.sentence());
        }
    }

    private Node value(JsonToken token, int depth, int line) {
        count(1);
        if (source.isAlias()) {
            return alias(depth, line);
        }
        checkTag();
        Optional<String> anchor = source.anchor();
        checkDepth(depth, 0);
        Node node = switch (token) {
            case START_OBJECT -> section(depth, line);
            case START_ARRAY -> items(depth, line);
            default -> new Node.Scalar(line, scalar(token));
        };
        anchor.ifPresent(name -> anchors.put(name, node));
        return node;
    }

    private Node alias(int depth, int line) {
        Node node = anchors.get(parser.getString());
        if (node == null) {
            throw text.error(line(), "an alias names an anchor that no value before it has");
        }
        count(node.size());
        checkDepth(depth, node.height() - 1);
        return node.at(line);
    }

    private Node section(int depth, int line) {
        Map<String, Node> entries = new LinkedHashMap<>();
        Node merged = null;
        int size = 1;
        int height = 0;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            int keyLine = line();
            boolean plain = source.isPlainKey();
            source.anchor().ifPresent(name -> anchors.put(name, new Node.Scalar(keyLine, plain ? plain(key) : key)));
            Node node = value(parser.nextToken(), depth + 1, keyLine);
            size += node.size();
            height = Math.max(height, node.height());
            if (plain && key.equals(MERGE)) {
                if (merged != null) {
                    throw text.error(keyLine, "the merge key '<<' stands twice in one section; give it a list");
                }
                merged = node;
            } else if (entries.putIfAbsent(key, node) != null) {
                throw text.error(keyLine, "the key '" + shortened(key) + "' stands twice in one section");
            }
        }
        if (merged != null) {
            merge(entries, merged);
        }
        return new Node.Section(line, entries, size, height + 1);
    }

    /** What stands in the section itself wins, then the first of several. */
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
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            Node node = value(token, depth + 1, line());
            size += node.size();
            height = Math.max(height, node.height());
            items.add(node);
        }
        return new Node.Items(line, items, size, height + 1);
    }

    /** Numbers keep their digits; one that is not written as it would be printed is text, which a setting may read as a number. */
    private @Nullable Object scalar(JsonToken token) {
        return switch (token) {
            case VALUE_STRING -> parser.getString();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getString());
            default -> throw text.error(line(), "a value is neither text, number, true, false nor null");
        };
    }

    private static Object number(String digits) {
        if (digits.length() > MOST_DIGITS || !NUMBER.matcher(digits).matches()) {
            return digits;
        }
        if (!INTEGER.matcher(digits).matches()) {
            BigDecimal number = new BigDecimal(digits);
            return number.toString().equals(digits) ? number : digits; // a key may look like a number: 5520e12
        }
        BigInteger number = new BigInteger(digits);
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }

    /** What a key without quotes means where an alias repeats it as a value. */
    private static @Nullable Object plain(String key) {
        return switch (key) {
            case "", "~", "null" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> number(key);
        };
    }

    private void checkTag() {
        Object tag = parser.getTypeId();
        if (tag != null && !TAGS.contains(tag.toString().replaceFirst("^(!!|tag:yaml\\.org,2002:)", ""))) {
            throw text.error(line(), "a tag such as !env is not known here; a variable is written ${NAME}");
        }
    }

    private void checkDepth(int depth, int below) {
        if (depth + below > MOST_DEPTH) {
            throw text.error(line(), "sections and lists are nested more than " + MOST_DEPTH + " deep");
        }
    }

    private void count(int values) {
        count += values;
        if (count > MOST_VALUES) {
            throw text.error(line(), "this makes more than " + MOST_VALUES + " values, counting what aliases repeat");
        }
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    private static String shortened(String key) {
        String line = key.replaceAll("\\p{Cntrl}", "?");
        return line.length() > MOST_DIGITS ? line.substring(0, MOST_DIGITS) + "…" : line;
    }

    private static LlmException empty(SourceText text) {
        return text.error(0, "is empty; it has to begin with 'providers:'");
    }
}
