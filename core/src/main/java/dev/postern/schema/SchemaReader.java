package dev.postern.schema;

import dev.postern.LlmException;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a schema into rules, and refuses one that is broken. */
final class SchemaReader {
    /** As deep as requests may be. */
    private static final int DEEPEST = 200;

    private final Map<String, ?> document;
    private final Problems problems = new Problems();
    private final IdentityHashMap<Map<?, ?>, SchemaNode> nodes = new IdentityHashMap<>();
    private int depth;

    private SchemaReader(Map<String, ?> document) {
        this.document = document;
    }

    static SchemaNode read(Map<String, ?> document) {
        SchemaReader reader = new SchemaReader(document);
        SchemaNode root = reader.node(document, Place.root(reader.problems));
        if (reader.problems.count() > 0) {
            throw new LlmException(
                    LlmException.Kind.INVALID_REQUEST,
                    "The JSON Schema is broken: " + String.join("; ", reader.problems.list()) + ".");
        }
        return root;
    }

    /** A schema: an object, or true for anything, or false for nothing. */
    SchemaNode node(@Nullable Object schema, Place place) {
        SchemaNode node = new SchemaNode();
        if (schema instanceof Boolean anything) {
            Rule nothing = (value, check, here) -> here.problem("must not be there");
            node.set(anything ? List.of() : List.of(nothing), false);
            return node;
        }
        if (!(schema instanceof Map<?, ?> map)) {
            place.misfit("a schema", schema);
            return node;
        }
        SchemaNode known = nodes.putIfAbsent(map, node);
        if (known != null) {
            return known;
        }
        if (depth++ < DEEPEST) {
            Keywords keywords = new Keywords(map, place);
            node.set(rules(keywords), keywords.flag("nullable"));
        } else {
            place.problem("is nested deeper than " + DEEPEST + " levels");
        }
        depth--;
        return node;
    }

    private List<Rule> rules(Keywords keywords) {
        List<Rule> rules = new ArrayList<>();
        types(keywords, rules); // first, as the others are quiet about values of another type
        values(keywords, rules);
        reference(keywords, rules);
        combined(keywords, rules);
        object(keywords, rules);
        list(keywords, rules);
        numbers(keywords, rules);
        text(keywords, rules);
        UncheckedRule unchecked = unchecked(keywords);
        if (!unchecked.names().isEmpty() || !unchecked.parts().isEmpty()) {
            rules.add(unchecked);
        }
        keywords.named("$defs", this); // broken ones are said, even if nothing refers to them
        keywords.named("definitions", this);
        return rules;
    }

    private static void types(Keywords keywords, List<Rule> rules) {
        if (!keywords.has("type")) {
            return;
        }
        List<String> types = keywords.value("type") instanceof String one ? List.of(one) : keywords.texts("type");
        for (String type : types) {
            if (!TypeRule.isKnown(type)) {
                keywords.at("type").problem("there is no type " + Place.quoted(type));
                return;
            }
        }
        if (!types.isEmpty()) {
            rules.add(new TypeRule(List.copyOf(types)));
        }
    }

    private static void values(Keywords keywords, List<Rule> rules) {
        if (keywords.has("enum")) {
            rules.add(new ValueRule(keywords.list("enum")));
        }
        if (keywords.has("const")) {
            List<@Nullable Object> only = new ArrayList<>();
            only.add(keywords.value("const"));
            rules.add(new ValueRule(only));
        }
    }

    private void reference(Keywords keywords, List<Rule> rules) {
        Object value = keywords.value("$ref");
        if (value == null) {
            return;
        }
        Place here = keywords.at("$ref");
        if (!(value instanceof String pointer)) {
            here.misfit("text", value);
        } else if (!pointer.startsWith("#/") && !pointer.equals("#")) {
            here.wrongText("a place in the same schema, such as #/$defs/NAME", pointer);
        } else {
            Object target = target(pointer);
            if (target instanceof Map<?, ?> || target instanceof Boolean) {
                rules.add(new CombiningRule(CombiningRule.Keyword.REF, List.of(node(target, here))));
            } else {
                here.problem("there is no schema at " + Place.quoted(pointer));
            }
        }
    }

    private @Nullable Object target(String pointer) {
        Object target = document;
        for (String step : pointer.substring(1).split("/", -1)) {
            if (step.isEmpty() && target == document) {
                continue; // before the first slash
            }
            String name = unescaped(step);
            if (target instanceof Map<?, ?> map) {
                target = map.get(name);
            } else if (target instanceof List<?> list && name.matches("[0-9]{1,6}")) {
                int index = Integer.parseInt(name);
                target = index < list.size() ? list.get(index) : null;
            } else {
                return null;
            }
        }
        return target;
    }

    private static String unescaped(String step) {
        try {
            return URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8)
                    .replace("~1", "/")
                    .replace("~0", "~");
        } catch (IllegalArgumentException e) {
            return step;
        }
    }

    private void combined(Keywords keywords, List<Rule> rules) {
        if (keywords.has("allOf")) {
            rules.add(new CombiningRule(CombiningRule.Keyword.ALL_OF, keywords.schemas("allOf", this)));
        }
        for (boolean exactlyOne : new boolean[] {false, true}) {
            String name = exactlyOne ? "oneOf" : "anyOf";
            List<SchemaNode> schemas = keywords.has(name) ? keywords.schemas(name, this) : List.of();
            if (!schemas.isEmpty()) {
                rules.add(new CombiningRule(
                        exactlyOne ? CombiningRule.Keyword.ONE_OF : CombiningRule.Keyword.ANY_OF, schemas));
            }
        }
        if (keywords.has("not")) {
            SchemaNode excluded = node(keywords.value("not"), keywords.at("not"));
            rules.add(new CombiningRule(CombiningRule.Keyword.NOT, List.of(excluded)));
        }
    }

    private void object(Keywords keywords, List<Rule> rules) {
        List<ObjectRule.Named> patterns = new ArrayList<>();
        keywords.named("patternProperties", this)
                .forEach((pattern, schema) -> patterns.add(
                        new ObjectRule.Named(keywords.pattern(pattern, keywords.at("patternProperties")), schema)));
        Object others = keywords.value("additionalProperties");
        SchemaNode schema =
                others == null || others instanceof Boolean ? null : node(others, keywords.at("additionalProperties"));
        rules.add(new ObjectRule(
                keywords.named("properties", this),
                List.copyOf(patterns),
                new ObjectRule.Others(others != null, schema, Boolean.FALSE.equals(others)),
                keywords.has("required") && !(keywords.value("required") instanceof Boolean) // draft 3
                        ? keywords.texts("required")
                        : List.of(),
                keywords.count("minProperties", 0),
                keywords.count("maxProperties", Long.MAX_VALUE)));
    }

    private void list(Keywords keywords, List<Rule> rules) {
        boolean tuple = keywords.value("items") instanceof Collection<?>; // up to draft 2019
        String rest = tuple ? "additionalItems" : "items";
        List<SchemaNode> first = tuple || keywords.has("prefixItems")
                ? keywords.schemas(tuple ? "items" : "prefixItems", this)
                : List.of();
        rules.add(new ListRule(
                first,
                keywords.has(rest) ? node(keywords.value(rest), keywords.at(rest)) : null,
                keywords.count("minItems", 0),
                keywords.count("maxItems", Long.MAX_VALUE),
                keywords.flag("uniqueItems")));
    }

    /** What keywords that are not checked say of properties. A mistake in them refuses nothing. */
    private UncheckedRule unchecked(Keywords keywords) {
        Set<String> names = new LinkedHashSet<>();
        List<SchemaNode> parts = new ArrayList<>();
        for (String keyword : List.of("if", "then", "else", "unevaluatedProperties")) {
            addUnchecked(keywords, keyword, keywords.value(keyword), parts);
        }
        for (String keyword : List.of("dependentRequired", "dependentSchemas", "dependencies")) {
            if (keywords.value(keyword) instanceof Map<?, ?> map) {
                map.forEach((property, dependent) -> {
                    names.add(String.valueOf(property));
                    if (dependent instanceof Collection<?> list) {
                        list.forEach(name -> names.add(String.valueOf(name)));
                    } else {
                        addUnchecked(keywords, keyword, dependent, parts);
                    }
                });
            }
        }
        return new UncheckedRule(Set.copyOf(names), List.copyOf(parts));
    }

    private void addUnchecked(Keywords keywords, String keyword, @Nullable Object schema, List<SchemaNode> parts) {
        if (schema instanceof Map<?, ?>) {
            parts.add(node(schema, keywords.at(keyword).apart(new Problems())));
        }
    }

    private static void numbers(Keywords keywords, List<Rule> rules) {
        for (NumberRule.Keyword keyword : NumberRule.Keyword.values()) {
            if (keyword.isExclusive() && keywords.value(keyword.word()) instanceof Boolean) {
                continue; // draft 4: a flag that says how the bound is meant
            }
            NumberRule.Keyword exclusive = keyword.exclusive();
            boolean flagged = exclusive != null && Boolean.TRUE.equals(keywords.value(exclusive.word()));
            NumberRule.Keyword meant = exclusive != null && flagged ? exclusive : keyword;
            BigDecimal operand = keywords.number(keyword.word());
            if (operand != null && keyword == NumberRule.Keyword.MULTIPLE_OF && operand.signum() <= 0) {
                keywords.at(keyword.word()).misfit("a number, more than 0", keywords.value(keyword.word()));
            } else if (operand != null) {
                rules.add(new NumberRule(meant, operand));
            }
        }
    }

    private static void text(Keywords keywords, List<Rule> rules) {
        TextPattern pattern = null;
        if (keywords.value("pattern") instanceof String source) {
            pattern = keywords.pattern(source, keywords.at("pattern"));
        } else if (keywords.has("pattern")) {
            keywords.at("pattern").misfit("text", keywords.value("pattern"));
        }
        rules.add(new TextRule(keywords.count("minLength", 0), keywords.count("maxLength", Long.MAX_VALUE), pattern));
    }
}
