package dev.postern;

import java.util.Objects;

/**
 * Whether a backend answers.
 *
 * @param up whether it can be expected to serve a request; a refused key means no
 * @param detail one sentence for a person
 */
public record Health(boolean up, String detail) {
    /** Refuses null. */
    public Health {
        Objects.requireNonNull(detail, "detail");
    }

    /** It answers. */
    public static Health up(String detail) {
        return new Health(true, detail);
    }

    /** It does not answer, or not to us. */
    public static Health down(String detail) {
        return new Health(false, detail);
    }
}
