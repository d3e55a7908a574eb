package dev.postern.schema;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads keywords that differ between drafts: conditions, dependencies, {@code contains}, {@code propertyNames} and the
 * unevaluated ones. A keyword that is malformed, or that the draft of the schema does not have, is not checked.
 */
final class DraftDependentKeywords {
    private static final Set<String> ALL = Set.of(
            "contains",
            "dependencies",
            "dependentRequired",
            "dependentSchemas",
            "else",
            "if",
            "propertyNames",
            "then",
            "unevaluatedItems",
            "unevaluatedProperties");

    private final Problems malformed = new Problems();
    private final Keywords keywords;
    private final SchemaReader reader;
    private final SchemaDraft draft;
    private final List<Rule> rules;
    private final boolean absent;

    DraftDependentKeywords(Keywords all, SchemaReader reader, SchemaDraft draft, List<Rule> rules) {
        keywords = new Keywords(all.fields(), all.path().withProblems(malformed));
        absent = Collections.disjoint(all.fields().keySet(), ALL);
        this.reader = reader;
        this.draft = draft;
        this.rules = rules;
    }

    void read() {
        if (absent) {
            return;
        }
        condition();
        for (String name : List.of("dependencies", "dependentRequired", "dependentSchemas")) {
            if (keywords.has(name)) {
                dependent(name);
            }
        }
        if (keywords.has("propertyNames")) {
            int before = malformed.count();
            Rule rule = new PropertyNamesRule(schema("propertyNames"));
            add(rule, "propertyNames", before, EnumSet.of(UncheckedRule.About.OBJECTS));
        }
        if (keywords.has("contains")) {
            contains();
        }
    }

    /** Reads the unevaluated keywords; called after all other keywords are read. */
    void unevaluated() {
        if (absent) {
            return;
        }
        unevaluated("unevaluatedProperties", true, UncheckedRule.About.OBJECTS);
        unevaluated("unevaluatedItems", false, UncheckedRule.About.LISTS);
    }

    private void unevaluated(String name, boolean properties, UncheckedRule.About about) {
        if (keywords.has(name)) {
            int before = malformed.count();
            Rule rule = new UnevaluatedRule(properties, ContainerKeywords.others(keywords, name, reader));
            add(rule, name, before, EnumSet.of(about));
        }
    }

    private SchemaNode schema(String name) {
        return reader.node(keywords.value(name), keywords.at(name));
    }

    private @Nullable SchemaNode schemaOrNull(String name) {
        return keywords.has(name) ? schema(name) : null;
    }

    /** Adds a rule, or an unchecked rule if the keyword is malformed or not in the draft. */
    private void add(Rule rule, String keyword, int problemsBefore, Set<UncheckedRule.About> about) {
        boolean checked = draft.knows(keyword) && malformed.count() == problemsBefore;
        rules.add(checked ? rule : UncheckedRule.of(about, rule));
    }

    private void condition() {
        boolean follows = keywords.has("then") || keywords.has("else");
        if (keywords.has("if") || follows) {
            int before = malformed.count();
            Rule rule = new ConditionRule(schemaOrNull("if"), schemaOrNull("then"), schemaOrNull("else"));
            Class<UncheckedRule.About> about = UncheckedRule.About.class;
            add(rule, "if", before, follows && keywords.has("if") ? EnumSet.allOf(about) : EnumSet.noneOf(about));
        }
    }

    private void dependent(String name) {
        int before = malformed.count();
        Map<String, List<String>> required = new LinkedHashMap<>();
        Map<String, SchemaNode> schemas = new LinkedHashMap<>();
        if (keywords.value(name) instanceof Map<?, ?> map) {
            Keywords inner = new Keywords(map, keywords.at(name));
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String property = String.valueOf(entry.getKey());
                boolean list = entry.getValue() instanceof Collection<?> && !name.equals("dependentSchemas");
                if (list || name.equals("dependentRequired")) {
                    required.put(property, inner.texts(property));
                } else {
                    schemas.put(property, reader.node(entry.getValue(), inner.at(property)));
                }
            }
        } else {
            keywords.at(name).mismatch("an object", keywords.value(name));
        }
        add(new DependentRule(required, schemas), name, before, EnumSet.of(UncheckedRule.About.OBJECTS));
    }

    private void contains() {
        int before = malformed.count();
        long least = keywords.count("minContains", 1);
        long most = keywords.count("maxContains", Long.MAX_VALUE);
        boolean counts = keywords.has("minContains") || keywords.has("maxContains");
        Rule rule = new ContainsRule(schema("contains"), least, most);
        if (counts && draft != SchemaDraft.MODERN) {
            rule = UncheckedRule.of(
                    EnumSet.of(UncheckedRule.About.LISTS), rule); // minContains and maxContains exist since 2019-09
        }
        add(rule, "contains", before, EnumSet.of(UncheckedRule.About.LISTS));
    }
}
