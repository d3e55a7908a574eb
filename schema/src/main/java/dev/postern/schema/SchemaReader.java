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
 * Reads a schema into rules, and refuses one that is malformed. One schema after the other is read, not one inside of the
 * other, so that neither nesting nor a chain of references can exhaust the stack.
 */
final class SchemaReader {
    private final References references;
    /** The schemas that a {@code $dynamicRef} of a name may lead to. */
    private final Map<String, IdentityHashMap<SchemaResource, SchemaNode>> dynamic = new HashMap<>();

    private final Problems problems = new Problems();
    private final IdentityHashMap<Map<?, ?>, SchemaNode> nodes = new IdentityHashMap<>();
    private final Deque<Unread> unread = new ArrayDeque<>();
    /** Schemas whose problems go elsewhere: what is malformed there refuses nothing, and is not checked. Read last. */
    private final Deque<Unread> lenient = new ArrayDeque<>();

    private SchemaReader(Map<String, ?> document, Map<String, ? extends Map<String, ?>> others) {
        references = new References(document, others);
    }

    /** A schema that was seen, and where. */
    private record Unread(Map<?, ?> schema, SchemaNode node, Place place) {}

    static SchemaNode read(Map<String, ?> document, Map<String, ? extends Map<String, ?>> others) {
        SchemaReader reader = new SchemaReader(document, others);
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
            return later(map, place);
        }
        SchemaNode node = new SchemaNode(null);
        if (schema instanceof Boolean anything) {
            Rule nothing = (value, check, here) -> here.problem("must not be there");
            node.set(anything ? List.of() : List.of(nothing), false);
        } else {
            place.misfit("a schema", schema);
        }
        return node;
    }

    private SchemaNode later(Map<?, ?> schema, Place place) {
        Deque<Unread> queue = isLenient(place) ? lenient : unread;
        SchemaNode known = nodes.get(schema);
        if (known == null) {
            known = new SchemaNode(references.owner(schema));
            nodes.put(schema, known);
            queue.add(new Unread(schema, known, place));
        } else if (queue == unread && !known.isSet()) {
            queue.add(new Unread(schema, known, place)); // perhaps seen first where problems refuse nothing
        }
        return known;
    }

    private boolean isLenient(Place place) {
        return place.problems() != problems;
    }

    private void readAll() {
        while (!unread.isEmpty() || !lenient.isEmpty()) {
            Unread next = unread.isEmpty() ? lenient.remove() : unread.remove();
            if (!next.node().isSet()) {
                Place place = next.place();
                int before = place.problems().count();
                Keywords keywords = new Keywords(next.schema(), place);
                List<Rule> rules = rules(keywords);
                boolean nullable = keywords.flag("nullable");
                boolean broken = isLenient(place) && place.problems().count() > before;
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
            ValueKeywords.types(keywords, rules); // first, as the others are quiet about values of another type
            ValueKeywords.values(keywords, rules);
            reference(keywords, rules);
            combined(keywords, rules);
            ContainerKeywords.object(keywords, this, rules);
            ContainerKeywords.list(keywords, this, draft, rules);
            ValueKeywords.numbers(keywords, rules);
            ValueKeywords.text(keywords, rules);
            LaterKeywords later = new LaterKeywords(keywords, this, draft, rules);
            later.read();
            dynamicReference(keywords, draft, rules);
            UncheckedKeywords.read(keywords, draft, rules);
            later.unevaluated(); // they ask what all others have said
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
        Place here = keywords.at("$dynamicRef");
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
