package dev.postern.schema;

import java.util.Map;

/** The versions of JSON Schema, as far as they read a keyword differently. */
enum SchemaDraft {
    /** Draft 4 and 6: as draft 7, but without some of its keywords. */
    EARLY,
    /** Draft 7: what stands beside {@code $ref} is ignored, and identifiers may be {@code #name}. */
    SEVEN,
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
        if (uri.contains("/draft-04/") || uri.contains("/draft-06/")) {
            return EARLY;
        }
        if (uri.contains("/draft-07/")) {
            return SEVEN;
        }
        return uri.contains("/draft-0") ? FOREIGN : MODERN;
    }

    /** Whether the keyword demands something of a value in this draft, as far as is known. */
    boolean knows(String keyword) {
        return switch (keyword) {
            case "dependencies" -> this != MODERN;
            case "if", "contains", "propertyNames" -> this != EARLY;
            default -> this == MODERN || this == UNSTATED;
        };
    }

    /** The draft of a document without {@code $schema}: {@code definitions} were renamed in 2019. */
    static SchemaDraft guessed(Map<?, ?> document) {
        return document.containsKey("$defs") ? MODERN : UNSTATED;
    }
}
