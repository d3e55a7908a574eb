package dev.postern.schema;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The identifiers of the schemas in all documents, and the targets of references. Documents are never fetched. */
final class References {
    /** Keywords whose value is a schema or a list of schemas. */
    private static final Set<String> SCHEMAS = Set.of(
            "additionalItems",
            "additionalProperties",
            "allOf",
            "anyOf",
            "contains",
            "contentSchema",
            "else",
            "if",
            "items",
            "not",
            "oneOf",
            "prefixItems",
            "propertyNames",
            "then",
            "unevaluatedItems",
            "unevaluatedProperties");

    /** Keywords whose value is a map of schemas. */
    private static final Set<String> NAMED_SCHEMAS =
            Set.of("$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties");

    private final SchemaResource document;
    /** {@code id} in draft 4, {@code $id} in later drafts. */
    private final String identifier;

    private final Map<String, SchemaResource> resources = new HashMap<>();
    /** The resources with a {@code $dynamicAnchor}, by its name. */
    private final Map<String, List<SchemaResource>> dynamic = new HashMap<>();

    private final IdentityHashMap<Map<?, ?>, SchemaResource> owners = new IdentityHashMap<>();

    References(Map<?, ?> document, Map<String, ? extends Map<?, ?>> others) {
        this.document = new SchemaResource("", document, SchemaDraft.of(document, SchemaDraft.guessed(document)));
        identifier = document.get("$schema") instanceof String uri && uri.contains("/draft-04/") ? "id" : "$id";
        resources.put("", this.document);
        index(document, this.document);
        others.forEach((uri, other) -> {
            SchemaDraft draft =
                    SchemaDraft.guessed(other) == SchemaDraft.MODERN ? SchemaDraft.MODERN : this.document.draft();
            SchemaResource resource = new SchemaResource(uri, other, SchemaDraft.of(other, draft));
            resources.putIfAbsent(uri, resource);
            index(other, resource);
        });
    }

    /** The resource that a schema belongs to. */
    SchemaResource owner(Map<?, ?> schema) {
        return owners.getOrDefault(schema, document);
    }

    /** A schema with its enclosing resource. */
    private record Found(Map<?, ?> schema, SchemaResource outer) {}

    private void index(Map<?, ?> start, SchemaResource outer) {
        Deque<Found> open = new ArrayDeque<>(List.of(new Found(start, outer)));
        while (!open.isEmpty()) {
            Found next = open.pop();
            Map<?, ?> schema = next.schema();
            if (owners.containsKey(schema)) {
                continue;
            }
            SchemaResource owner = identified(schema, next.outer());
            owners.put(schema, owner);
            List<Object> inner = new ArrayList<>();
            schema.forEach((keyword, value) -> {
                String name = String.valueOf(keyword);
                if (SCHEMAS.contains(name)) {
                    inner.addAll(
                            value instanceof Collection<?> list ? list : value == null ? List.of() : List.of(value));
                } else if (NAMED_SCHEMAS.contains(name) && value instanceof Map<?, ?> named) {
                    inner.addAll(named.values());
                }
            });
            for (Object one : inner) {
                if (one instanceof Map<?, ?> map) {
                    open.push(new Found(map, owner));
                }
            }
        }
    }

    /** Records the identifier and the anchors of a schema; returns its resource. */
    private SchemaResource identified(Map<?, ?> schema, SchemaResource outer) {
        SchemaResource owner = outer;
        boolean ignored = outer.draft() != SchemaDraft.MODERN && schema.get("$ref") instanceof String;
        if (schema.get(identifier) instanceof String text && !ignored) {
            String uri = outer.resolve(text);
            if (uri != null && !SchemaResource.withoutFragment(text).isEmpty()) {
                owner = outer.inner(uri, schema);
                resources.putIfAbsent(uri, owner);
            }
            String name = SchemaResource.fragment(text);
            if (!name.isEmpty()) {
                owner.anchors().putIfAbsent(name, schema); // up to draft 7
            }
        }
        for (String keyword : List.of("$anchor", "$dynamicAnchor")) {
            if (schema.get(keyword) instanceof String name) {
                owner.anchors().putIfAbsent(name, schema);
                if (keyword.equals("$dynamicAnchor") && owner.dynamicAnchors().putIfAbsent(name, schema) == null) {
                    dynamic.computeIfAbsent(name, any -> new ArrayList<>()).add(owner);
                }
            }
        }
        return owner;
    }

    /**
     * The target of a reference.
     *
     * @param schema the schema; null if it was not found
     * @param external whether it is in an unknown document
     */
    record Target(@Nullable Object schema, boolean external) {}

    Target target(Map<?, ?> schema, String reference) {
        SchemaResource owner = owner(schema);
        String uri = owner.resolve(reference);
        SchemaResource resource =
                SchemaResource.withoutFragment(reference).isEmpty() ? owner : uri == null ? null : resources.get(uri);
        if (resource == null) {
            return new Target(null, true);
        }
        String fragment = SchemaResource.fragment(reference);
        if (!fragment.isEmpty() && !fragment.startsWith("/")) {
            return new Target(resource.anchors().get(decoded(fragment)), false);
        }
        Object found = pointed(resource.root(), resource, fragment);
        return new Target(found == null ? pointed(resource.document(), resource, fragment) : found, false);
    }

    /**
     * The resources with the {@code $dynamicAnchor} of this {@code $dynamicRef}; none if it behaves like {@code
     * $ref}.
     */
    List<SchemaResource> dynamicTargets(@Nullable Object target, String reference) {
        String name = decoded(SchemaResource.fragment(reference));
        return target instanceof Map<?, ?> schema
                        && !name.isEmpty()
                        && owner(schema).dynamicAnchors().get(name) == schema
                ? dynamic.getOrDefault(name, List.of())
                : List.of();
    }

    /** The schema at a JSON pointer, which can pass unknown keywords. */
    private @Nullable Object pointed(Map<?, ?> start, SchemaResource resource, String pointer) {
        Object target = start;
        SchemaResource owner = owners.getOrDefault(start, resource);
        if (!pointer.isEmpty()) {
            for (String step : pointer.substring(1).split("/", -1)) {
                target = inner(target, decoded(step).replace("~1", "/").replace("~0", "~"));
                owner = target instanceof Map<?, ?> map ? owners.getOrDefault(map, owner) : owner;
            }
        }
        if (target instanceof Map<?, ?> map) {
            index(map, owner);
        }
        return target instanceof Map<?, ?> || target instanceof Boolean ? target : null;
    }

    private static @Nullable Object inner(@Nullable Object value, String name) {
        if (value instanceof Map<?, ?> map) {
            return map.get(name);
        }
        if (value instanceof List<?> list && name.matches("[0-9]{1,8}")) {
            int index = Integer.parseInt(name);
            return index < list.size() ? list.get(index) : null;
        }
        return null;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
