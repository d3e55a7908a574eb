package dev.postern.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Reads the keywords for the properties of objects and the elements of lists. */
final class ContainerKeywords {
    private ContainerKeywords() {}

    static void object(Keywords keywords, SchemaReader reader, List<Rule> rules) {
        List<ObjectRule.Named> patterns = new ArrayList<>();
        keywords.named("patternProperties", reader)
                .forEach((pattern, schema) -> patterns.add(
                        new ObjectRule.Named(keywords.pattern(pattern, keywords.at("patternProperties")), schema)));
        ObjectRule rule = new ObjectRule(
                keywords.named("properties", reader),
                List.copyOf(patterns),
                others(keywords, "additionalProperties", reader),
                keywords.has("required") && !(keywords.value("required") instanceof Boolean) // draft 3
                        ? keywords.texts("required")
                        : List.of(),
                keywords.count("minProperties", 0),
                keywords.count("maxProperties", Long.MAX_VALUE));
        if (!rule.isEmpty()) {
            rules.add(rule);
        }
    }

    static void list(Keywords keywords, SchemaReader reader, SchemaDraft draft, List<Rule> rules) {
        boolean tuple = keywords.value("items") instanceof Collection<?>; // up to draft 2019
        String rest = tuple ? "additionalItems" : "items";
        List<SchemaNode> first =
                tuple || (keywords.has("prefixItems") && draft != SchemaDraft.SEVEN && draft != SchemaDraft.EARLY)
                        ? keywords.schemas(tuple ? "items" : "prefixItems", reader)
                        : List.of();
        ListRule rule = new ListRule(
                first,
                keywords.has(rest) ? reader.node(keywords.value(rest), keywords.at(rest)) : null,
                keywords.count("minItems", 0),
                keywords.count("maxItems", Long.MAX_VALUE),
                keywords.flag("uniqueItems"));
        if (!rule.isEmpty()) {
            rules.add(rule);
        }
    }

    /** The value of a keyword for all properties or elements that are not named. */
    static ObjectRule.Others others(Keywords keywords, String name, SchemaReader reader) {
        Object value = keywords.value(name);
        return value == null || value instanceof Boolean
                ? new ObjectRule.Others(null, Boolean.FALSE.equals(value), value != null)
                : new ObjectRule.Others(reader.node(value, keywords.at(name)), false, true);
    }
}
