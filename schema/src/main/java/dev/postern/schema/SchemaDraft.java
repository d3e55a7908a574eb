package dev.postern.schema;

import java.util.Map;

/** The drafts of JSON Schema, grouped by their differences. */
enum SchemaDraft {
    /** Drafts 4 and 6: like draft 7, but without some of its keywords. */
    EARLY,
    /** Draft 7: keywords beside {@code $ref} are ignored, and an identifier can be {@code #name}. */
    SEVEN,
    /** 2019-09 and later. */
    MODERN,
    /** The schema does not state its draft. Keywords whose meaning differs between drafts are not checked. */
    UNSTATED,
    /** An unknown draft or vocabulary; the meaning of its keywords is unknown. */
    FOREIGN;

    /** The draft of a document, or of a schema with its own identifier. */
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

    /** Whether the keyword is an assertion in this draft, as far as known. */
    boolean knows(String keyword) {
        return switch (keyword) {
            case "dependencies" -> this != MODERN;
            case "if", "contains", "propertyNames" -> this != EARLY;
            default -> this == MODERN || this == UNSTATED;
        };
    }

    /** The draft of a document without {@code $schema}: {@code $defs} exists since 2019-09. */
    static SchemaDraft guessed(Map<?, ?> document) {
        return document.containsKey("$defs") ? MODERN : UNSTATED;
    }
}
