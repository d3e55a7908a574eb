package dev.postern.schema;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Finds the keywords that are not checked, and the kinds of values that they apply to. */
final class UncheckedKeywords {
    /** Keywords that are not assertions. */
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

    /** Keywords that are checked, or that only modify another keyword. */
    private static final Set<String> CHECKED = Set.of(
            "$dynamicRef",
            "$ref",
            "additionalItems",
            "additionalProperties",
            "allOf",
            "anyOf",
            "const",
            "contains",
            "dependencies",
            "dependentRequired",
            "dependentSchemas",
            "else",
            "enum",
            "exclusiveMaximum",
            "exclusiveMinimum",
            "if",
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
            "propertyNames",
            "required",
            "then",
            "type",
            "unevaluatedItems",
            "unevaluatedProperties",
            "uniqueItems");

    private UncheckedKeywords() {}

    /** Whether the schema has an assertion besides {@code $ref}. */
    static boolean hasRules(Keywords keywords) {
        return keywords.fields().keySet().stream()
                .anyMatch(name -> !name.equals("$ref") && !isAnnotation(String.valueOf(name)));
    }

    private static boolean isAnnotation(String name) {
        return ANNOTATIONS.contains(name) || name.startsWith("x-");
    }

    static void read(Keywords keywords, SchemaDraft draft, List<Rule> rules) {
        Set<UncheckedRule.About> about = EnumSet.noneOf(UncheckedRule.About.class);
        for (Object key : keywords.fields().keySet()) {
            String name = String.valueOf(key);
            switch (name) {
                case "format", "contentEncoding", "contentMediaType", "contentSchema" -> {
                    about.add(UncheckedRule.About.TEXT);
                    about.add(UncheckedRule.About.NUMBERS); // some formats apply to numbers, such as int32
                }
                case "prefixItems" -> {
                    if (draft == SchemaDraft.EARLY || draft == SchemaDraft.SEVEN) {
                        about.add(UncheckedRule.About.LISTS);
                    }
                }
                default -> {
                    if (!CHECKED.contains(name) && !isAnnotation(name)) {
                        about.addAll(EnumSet.allOf(UncheckedRule.About.class));
                    }
                }
            }
        }
        if (!about.isEmpty()) {
            rules.add(new UncheckedRule(about, Set.of(), List.of(), false));
        }
    }
}
