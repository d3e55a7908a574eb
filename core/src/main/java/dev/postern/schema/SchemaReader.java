package dev.postern.schema;

import dev.postern.LlmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a schema into rules, and refuses one that is malformed. One schema after the other is read, not one inside of the
 * other, so that neither nesting nor a chain of references can exhaust the stack.
 */
final class SchemaReader {
    private final References references;
    private final Problems problems = new Problems();
    private final IdentityHashMap<Map<?, ?>, SchemaNode> nodes = new IdentityHashMap<>();
    private final Deque<Unread> unread = new ArrayDeque<>();
    /** Schemas in keywords that are not checked: what is malformed there refuses nothing. Read last. */
    private final Deque<Unread> unchecked = new ArrayDeque<>();

    private SchemaReader(Map<String, ?> document) {
        references = new References(document);
    }

    /** A schema that was seen, and where. */
    private record Unread(Map<?, ?> schema, SchemaNode node, Place place) {}

    static SchemaNode read(Map<String, ?> document) {
        SchemaReader reader = new SchemaReader(document);
        SchemaNode root = reader.node(document, Place.root(reader.problems));
        reader.readAll();
        if (reader.problems.count() > 0) {
            throw new LlmException(
                    LlmException.Kind.INVALID_REQUEST,
                    "The JSON Schema is broken: " + String.join("; ", reader.problems.list()) + ".");
        }
        return root;
    }

    /** A schema: an object, or true for anything, or false for nothing. Its rules are set later. */
    SchemaNode node(@Nullable Object schema, Place place) {
        if (schema instanceof Map<?, ?> map) {
            return later(map, place, unread);
        }
        SchemaNode node = new SchemaNode();
        if (schema instanceof Boolean anything) {
            Rule nothing = (value, check, here) -> here.problem("must not be there");
            node.set(anything ? List.of() : List.of(nothing), false);
        } else {
            place.misfit("a schema", schema);
        }
        return node;
    }

    /** A schema in a keyword that is not checked. */
    SchemaNode uncheckedNode(Map<?, ?> schema, Place place) {
        return later(schema, place.apart(new Problems()), unchecked);
    }

    private SchemaNode later(Map<?, ?> schema, Place place, Deque<Unread> queue) {
        SchemaNode known = nodes.get(schema);
        if (known == null) {
            known = new SchemaNode();
            nodes.put(schema, known);
            queue.add(new Unread(schema, known, place));
        } else if (queue == unread && !known.isSet()) {
            queue.add(new Unread(schema, known, place)); // perhaps seen first where nothing is checked
        }
        return known;
    }

    private void readAll() {
        while (!unread.isEmpty() || !unchecked.isEmpty()) {
            Unread next = unread.isEmpty() ? unchecked.remove() : unread.remove();
            if (!next.node().isSet()) {
                Keywords keywords = new Keywords(next.schema(), next.place());
                next.node().set(rules(keywords), keywords.flag("nullable"));
            }
        }
    }

    private List<Rule> rules(Keywords keywords) {
        SchemaDraft draft = references.owner(keywords.fields()).draft();
        if (draft == SchemaDraft.FOREIGN) {
            return List.of(UncheckedRule.UNKNOWN);
        }
        List<Rule> rules = new ArrayList<>();
        boolean refers = keywords.value("$ref") instanceof String;
        if (refers && draft != SchemaDraft.MODERN) {
            reference(keywords, rules);
            if (draft == SchemaDraft.UNSTATED && UncheckedKeywords.hasRules(keywords)) {
                rules.add(UncheckedRule.UNKNOWN);
            }
        } else {
            ValueKeywords.types(keywords, rules); // first, as the others are quiet about values of another type
            ValueKeywords.values(keywords, rules);
            reference(keywords, rules);
            combined(keywords, rules);
            object(keywords, rules);
            list(keywords, rules, draft);
            ValueKeywords.numbers(keywords, rules);
            ValueKeywords.text(keywords, rules);
            UncheckedKeywords.read(keywords, this, draft, rules);
        }
        keywords.named("$defs", this); // broken ones are said, even if nothing refers to them
        keywords.named("definitions", this);
        return rules;
    }

    private void reference(Keywords keywords, List<Rule> rules) {
        Object value = keywords.value("$ref");
        if (value == null) {
            return;
        }
        Place here = keywords.at("$ref");
        if (!(value instanceof String reference)) {
            here.misfit("text", value);
            return;
        }
        References.Target target = references.target(keywords.fields(), reference);
        if (target.elsewhere()) {
            rules.add(UncheckedRule.UNKNOWN);
        } else if (target.schema() == null) {
            here.problem("there is no schema at " + Place.quoted(reference));
        } else {
            rules.add(new CombiningRule(CombiningRule.Keyword.REF, List.of(node(target.schema(), here))));
        }
    }

    private void combined(Keywords keywords, List<Rule> rules) {
        for (CombiningRule.Keyword keyword : CombiningRule.Keyword.LISTS) {
            if (keywords.has(keyword.word())) {
                List<SchemaNode> schemas = keywords.schemas(keyword.word(), this);
                if (!schemas.isEmpty()) {
                    rules.add(new CombiningRule(keyword, schemas));
                }
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
        ObjectRule rule = new ObjectRule(
                keywords.named("properties", this),
                List.copyOf(patterns),
                new ObjectRule.Others(schema, Boolean.FALSE.equals(others)),
                keywords.has("required") && !(keywords.value("required") instanceof Boolean) // draft 3
                        ? keywords.texts("required")
                        : List.of(),
                keywords.count("minProperties", 0),
                keywords.count("maxProperties", Long.MAX_VALUE));
        if (!rule.isEmpty()) {
            rules.add(rule);
        }
    }

    private void list(Keywords keywords, List<Rule> rules, SchemaDraft draft) {
        boolean tuple = keywords.value("items") instanceof Collection<?>; // up to draft 2019
        String rest = tuple ? "additionalItems" : "items";
        List<SchemaNode> first = tuple || (keywords.has("prefixItems") && draft != SchemaDraft.LEGACY)
                ? keywords.schemas(tuple ? "items" : "prefixItems", this)
                : List.of();
        ListRule rule = new ListRule(
                first,
                keywords.has(rest) ? node(keywords.value(rest), keywords.at(rest)) : null,
                keywords.count("minItems", 0),
                keywords.count("maxItems", Long.MAX_VALUE),
                keywords.flag("uniqueItems"));
        if (!rule.isEmpty()) {
            rules.add(rule);
        }
    }
}
