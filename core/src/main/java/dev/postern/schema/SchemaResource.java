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
 * @param anchors the schemas in it that have a name
 */
record SchemaResource(String uri, Map<?, ?> root, SchemaDraft draft, Map<String, Map<?, ?>> anchors) {
    /** No URI in use is longer, and each reference is joined with its base. */
    private static final int LONGEST = 4000;

    SchemaResource(String uri, Map<?, ?> root, SchemaDraft draft) {
        this(uri, root, draft, new HashMap<>());
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
