package dev.postern.schema;

import dev.postern.LlmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a schema into rules, and refuses a malformed one. Nested schemas are queued instead of read recursively, so that
 * neither nesting nor a chain of references can exhaust the stack.
 */
final class SchemaReader {
    private final References references;
    /** The possible targets of {@code $dynamicRef}, by name. */
    private final Map<String, IdentityHashMap<SchemaResource, SchemaNode>> dynamic = new HashMap<>();

    private final Problems problems = new Problems();
    private final IdentityHashMap<Map<?, ?>, SchemaNode> nodes = new IdentityHashMap<>();
    private final Deque<Unread> unread = new ArrayDeque<>();
    /** Schemas inside keywords that are ignored if malformed; their problems do not refuse the schema. Read last. */
    private final Deque<Unread> lenient = new ArrayDeque<>();

    private SchemaReader(Map<String, ?> document, Map<String, ? extends Map<String, ?>> others) {
        references = new References(document, others);
    }

    /** A schema in the queue, with its location. */
    private record Unread(Map<?, ?> schema, SchemaNode node, ValuePath path) {}

    static SchemaNode read(Map<String, ?> document, Map<String, ? extends Map<String, ?>> others) {
        SchemaReader reader = new SchemaReader(document, others);
        SchemaNode root = reader.node(document, ValuePath.root(reader.problems));
        reader.readAll();
        if (reader.problems.count() > 0) {
            throw new LlmException(
                    LlmException.Kind.INVALID_REQUEST,
                    "The JSON Schema is malformed: " + String.join("; ", reader.problems.list()) + ".");
        }
        return root;
    }

    /** The node of a schema: an object, true for all values, or false for none. Its rules are set later. */
    SchemaNode node(@Nullable Object schema, ValuePath path) {
        if (schema instanceof Map<?, ?> map) {
            return later(map, path);
        }
        SchemaNode node = new SchemaNode(null);
        if (schema instanceof Boolean anything) {
            Rule nothing = (value, check, here) -> here.problem("is not allowed");
            node.set(anything ? List.of() : List.of(nothing), false);
        } else {
            path.mismatch("a schema", schema);
        }
        return node;
    }

    private SchemaNode later(Map<?, ?> schema, ValuePath path) {
        Deque<Unread> queue = isLenient(path) ? lenient : unread;
        SchemaNode known = nodes.get(schema);
        if (known == null) {
            known = new SchemaNode(references.owner(schema));
            nodes.put(schema, known);
            queue.add(new Unread(schema, known, path));
        } else if (queue == unread && !known.isSet()) {
            queue.add(new Unread(schema, known, path)); // the first reference may have been in an ignored keyword
        }
        return known;
    }

    private boolean isLenient(ValuePath path) {
        return path.problems() != problems;
    }

    private void readAll() {
        while (!unread.isEmpty() || !lenient.isEmpty()) {
            Unread next = unread.isEmpty() ? lenient.remove() : unread.remove();
            if (!next.node().isSet()) {
                ValuePath path = next.path();
                int before = path.problems().count();
                Keywords keywords = new Keywords(next.schema(), path);
                List<Rule> rules = rules(keywords);
                boolean nullable = keywords.flag("nullable");
                boolean broken = isLenient(path) && path.problems().count() > before;
                next.node().set(broken ? List.of(UncheckedRule.UNKNOWN) : rules, nullable);
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
            ValueKeywords.types(keywords, rules); // first, since the other rules ignore values of another type
            ValueKeywords.values(keywords, rules);
            reference(keywords, rules);
            combined(keywords, rules);
            ContainerKeywords.object(keywords, this, rules);
            ContainerKeywords.list(keywords, this, draft, rules);
            ValueKeywords.numbers(keywords, rules);
            ValueKeywords.text(keywords, rules);
            DraftDependentKeywords later = new DraftDependentKeywords(keywords, this, draft, rules);
            later.read();
            dynamicReference(keywords, draft, rules);
            UncheckedKeywords.read(keywords, draft, rules);
            later.unevaluated(); // they depend on all other rules
        }
        keywords.named("$defs", this); // reports malformed definitions without references
        keywords.named("definitions", this);
        return rules;
    }

    private void reference(Keywords keywords, List<Rule> rules) {
        Object value = keywords.value("$ref");
        if (value == null) {
            return;
        }
        ValuePath here = keywords.at("$ref");
        if (!(value instanceof String reference)) {
            here.mismatch("text", value);
            return;
        }
        References.Target target = references.target(keywords.fields(), reference);
        if (target.external()) {
            rules.add(UncheckedRule.UNKNOWN);
        } else if (target.schema() == null) {
            here.problem("there is no schema at " + ValuePath.quoted(reference));
        } else {
            rules.add(new CombiningRule(CombiningRule.Keyword.REF, List.of(node(target.schema(), here))));
        }
    }

    private void dynamicReference(Keywords keywords, SchemaDraft draft, List<Rule> rules) {
        if (!keywords.has("$dynamicRef")) {
            return;
        }
        References.Target target =
                keywords.value("$dynamicRef") instanceof String reference && draft.knows("$dynamicRef")
                        ? references.target(keywords.fields(), reference)
                        : null;
        if (target == null || target.schema() == null) {
            rules.add(UncheckedRule.UNKNOWN);
            return;
        }
        String reference = String.valueOf(keywords.value("$dynamicRef"));
        ValuePath here = keywords.at("$dynamicRef");
        List<SchemaResource> resources = references.dynamicTargets(target.schema(), reference);
        String name = SchemaResource.fragment(reference);
        IdentityHashMap<SchemaResource, SchemaNode> targets = resources.isEmpty() ? null : dynamic.get(name);
        if (targets == null) {
            targets = new IdentityHashMap<>();
            if (!resources.isEmpty()) {
                dynamic.put(name, targets);
            }
            for (SchemaResource resource : resources) {
                targets.put(resource, node(resource.dynamicAnchors().get(name), here));
            }
        }
        rules.add(new DynamicRule(node(target.schema(), here), targets));
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
}
