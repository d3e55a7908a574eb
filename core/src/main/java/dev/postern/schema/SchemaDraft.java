package dev.postern.schema;

import java.util.Map;

/** The versions of JSON Schema, as far as they read a keyword differently. */
enum SchemaDraft {
    /** Up to draft 7: what stands beside {@code $ref} is ignored, and identifiers may be {@code #name}. */
    LEGACY,
    /** 2019-09 and later. */
    MODERN,
    /** The schema does not say. What the versions read differently is not checked. */
    UNSTATED,
    /** A version or vocabulary of somebody else's; nothing is known of its keywords. */
    FOREIGN;

    /** The draft of a document or of a schema with an identifier of its own. */
    static SchemaDraft of(Map<?, ?> schema, SchemaDraft outer) {
        if (!(schema.get("$schema") instanceof String uri)) {
            return outer;
        }
        if (!uri.contains("//json-schema.org/") && !uri.contains("//spec.openapis.org/")) {
            return FOREIGN;
        }
        if (uri.contains("/draft-04/") || uri.contains("/draft-06/") || uri.contains("/draft-07/")) {
            return LEGACY;
        }
        return uri.contains("/draft-0") ? FOREIGN : MODERN;
    }

    /** The draft of a document without {@code $schema}: {@code definitions} were renamed in 2019. */
    static SchemaDraft guessed(Map<?, ?> document) {
        return document.containsKey("$defs") ? MODERN : UNSTATED;
    }
}
