package dev.postern.schema;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document, or a schema in it that has an identifier of its own: the references in it are relative to it.
 *
 * @param uri its identifier without a fragment; empty if it has none
 * @param root the schema
 * @param draft how its keywords are read
 * @param document the whole document that it is in
 * @param anchors the schemas in it that have a name
 * @param dynamicAnchors those of them that {@code $dynamicRef} looks for
 */
record SchemaResource(
        String uri,
        Map<?, ?> root,
        SchemaDraft draft,
        Map<?, ?> document,
        Map<String, Map<?, ?>> anchors,
        Map<String, Map<?, ?>> dynamicAnchors) {
    /** No URI in use is longer, and each reference is joined with its base. */
    private static final int LONGEST = 4000;

    /** A document. */
    SchemaResource(String uri, Map<?, ?> document, SchemaDraft draft) {
        this(uri, document, draft, document, new HashMap<>(), new HashMap<>());
    }

    /** A schema in this resource that has an identifier of its own. The root of a document keeps the names of the document. */
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

    /** The URI that a reference in this resource means, without its fragment; null if it is no URI. */
    @Nullable
    String resolve(String reference) {
        String plain = withoutFragment(reference);
        if (plain.isEmpty()) {
            return uri;
        }
        if (uri.length() + plain.length() > LONGEST) {
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
