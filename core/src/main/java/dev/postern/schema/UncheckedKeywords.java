package dev.postern.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which keywords are not checked, what kind of value they are about, and what they say of an object's properties. */
final class UncheckedKeywords {
    /** Keywords that demand nothing of a value. */
    private static final Set<String> ANNOTATIONS = Set.of(
            "$anchor",
            "$comment",
            "$defs",
            "$dynamicAnchor",
            "$id",
            "$recursiveAnchor",
            "$schema",
            "$vocabulary",
            "cache_control",
            "default",
            "definitions",
            "deprecated",
            "deprecationMessage",
            "description",
            "discriminator",
            "enumDescriptions",
            "enumNames",
            "example",
            "examples",
            "externalDocs",
            "id",
            "markdownDescription",
            "propertyOrdering",
            "readOnly",
            "strict",
            "title",
            "writeOnly",
            "xml");

    /** Keywords that are checked, or that count only beside another one. */
    private static final Set<String> CHECKED = Set.of(
            "$ref",
            "additionalItems",
            "additionalProperties",
            "allOf",
            "anyOf",
            "const",
            "else",
            "enum",
            "exclusiveMaximum",
            "exclusiveMinimum",
            "items",
            "maxContains",
            "maxItems",
            "maxLength",
            "maxProperties",
            "maximum",
            "minContains",
            "minItems",
            "minLength",
            "minProperties",
            "minimum",
            "multipleOf",
            "not",
            "nullable",
            "oneOf",
            "pattern",
            "patternProperties",
            "prefixItems",
            "properties",
            "required",
            "then",
            "type",
            "uniqueItems");

    private UncheckedKeywords() {}

    /** Whether anything beside {@code $ref} demands something of a value. */
    static boolean hasRules(Keywords keywords) {
        return keywords.fields().keySet().stream()
                .anyMatch(name -> !name.equals("$ref") && !isAnnotation(String.valueOf(name)));
    }

    private static boolean isAnnotation(String name) {
        return ANNOTATIONS.contains(name) || name.startsWith("x-");
    }

    static void read(Keywords keywords, SchemaReader reader, SchemaDraft draft, List<Rule> rules) {
        Set<UncheckedRule.About> about = EnumSet.noneOf(UncheckedRule.About.class);
        Set<String> names = new LinkedHashSet<>();
        List<SchemaNode> parts = new ArrayList<>();
        keywords.fields().forEach((key, value) -> {
            String name = String.valueOf(key);
            switch (name) {
                case "format", "contentEncoding", "contentMediaType", "contentSchema" -> {
                    about.add(UncheckedRule.About.TEXT);
                    about.add(UncheckedRule.About.NUMBERS); // there are formats of numbers, such as int32
                }
                case "contains", "unevaluatedItems" -> about.add(UncheckedRule.About.LISTS);
                case "prefixItems" -> {
                    if (draft == SchemaDraft.LEGACY) {
                        about.add(UncheckedRule.About.LISTS);
                    }
                }
                case "propertyNames" -> about.add(UncheckedRule.About.OBJECTS);
                case "unevaluatedProperties" -> {
                    about.add(UncheckedRule.About.OBJECTS);
                    add(value, keywords, name, reader, parts);
                }
                case "dependentRequired", "dependentSchemas", "dependencies" -> {
                    about.add(UncheckedRule.About.OBJECTS);
                    dependents(value, keywords, name, reader, names, parts);
                }
                case "if" -> {
                    if (keywords.has("then") || keywords.has("else")) {
                        about.addAll(EnumSet.allOf(UncheckedRule.About.class));
                    }
                    add(value, keywords, name, reader, parts);
                }
                case "then", "else" -> add(value, keywords, name, reader, parts);
                default -> {
                    if (!CHECKED.contains(name) && !isAnnotation(name)) {
                        about.addAll(EnumSet.allOf(UncheckedRule.About.class));
                    }
                }
            }
        });
        if (!about.isEmpty() || !parts.isEmpty()) {
            rules.add(new UncheckedRule(about, Set.copyOf(names), List.copyOf(parts), false));
        }
    }

    private static void dependents(
            Object value,
            Keywords keywords,
            String keyword,
            SchemaReader reader,
            Set<String> names,
            List<SchemaNode> parts) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((property, dependent) -> {
                names.add(String.valueOf(property));
                if (dependent instanceof Collection<?> list) {
                    list.forEach(name -> names.add(String.valueOf(name)));
                } else {
                    add(dependent, keywords, keyword, reader, parts);
                }
            });
        }
    }

    private static void add(
            Object schema, Keywords keywords, String keyword, SchemaReader reader, List<SchemaNode> parts) {
        if (schema instanceof Map<?, ?> map) {
            parts.add(reader.uncheckedNode(map, keywords.at(keyword)));
        }
    }
}
