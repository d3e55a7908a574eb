package dev.postern.schema;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schema resource: a document, or a schema inside it with its own identifier. References inside it are relative to its URI.
 *
 * @param uri its identifier without a fragment; empty if it has none
 * @param root the schema
 * @param draft the draft of its keywords
 * @param document the document that contains it
 * @param anchors the schemas with an anchor, by name
 * @param dynamicAnchors the schemas with a {@code $dynamicAnchor}, by name
 */
record SchemaResource(
        String uri,
        Map<?, ?> root,
        SchemaDraft draft,
        Map<?, ?> document,
        Map<String, Map<?, ?>> anchors,
        Map<String, Map<?, ?>> dynamicAnchors) {
    /** Bounds the work, since each reference is resolved against its base. */
    private static final int MAX_URI_LENGTH = 4000;

    /** A document. */
    SchemaResource(String uri, Map<?, ?> document, SchemaDraft draft) {
        this(uri, document, draft, document, new HashMap<>(), new HashMap<>());
    }

    /** A schema in this resource with its own identifier. The root of a document keeps the anchors of the document. */
    SchemaResource inner(String identifier, Map<?, ?> schema) {
        boolean same = schema == root;
        return new SchemaResource(
                identifier,
                schema,
                SchemaDraft.of(schema, draft),
                document,
                same ? anchors : new HashMap<>(),
                same ? dynamicAnchors : new HashMap<>());
    }

    /** The URI of a reference in this resource, without its fragment; null if it is not a valid URI. */
    @Nullable
    String resolve(String reference) {
        String plain = withoutFragment(reference);
        if (plain.isEmpty()) {
            return uri;
        }
        if (uri.length() + plain.length() > MAX_URI_LENGTH) {
            return null;
        }
        try {
            String resolved = new URI(uri).resolve(new URI(plain)).toString();
            return resolved.startsWith("file:///") ? "file:" + resolved.substring(7) : resolved;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    static String withoutFragment(String reference) {
        int hash = reference.indexOf('#');
        return hash < 0 ? reference : reference.substring(0, hash);
    }

    static String fragment(String reference) {
        int hash = reference.indexOf('#');
        return hash < 0 ? "" : reference.substring(hash + 1);
    }
}
