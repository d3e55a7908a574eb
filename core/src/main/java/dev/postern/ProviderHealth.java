package dev.postern;

import java.util.Objects;
import java.util.Optional;

/**
 * Whether a backend answers.
 *
 * @param up whether it can be expected to serve a request; a refused key means no
 * @param detail one sentence for a person
 * @param failure the kind of failure because of which it is down, if that is known
 */
public record ProviderHealth(boolean up, String detail, Optional<LlmException.Kind> failure) {
    /** Refuses null. */
    public ProviderHealth {
        Objects.requireNonNull(detail, "detail");
        Objects.requireNonNull(failure, "failure");
    }

    /** What is known of a backend without a failure. */
    public ProviderHealth(boolean up, String detail) {
        this(up, detail, Optional.empty());
    }

    /** It answers. */
    public static ProviderHealth up(String detail) {
        return new ProviderHealth(true, detail);
    }

    /** It does not answer, or not to us. */
    public static ProviderHealth down(String detail) {
        return new ProviderHealth(false, detail);
    }

    /** It does not answer, or not to us: it failed in this way when it was asked. */
    public static ProviderHealth down(LlmException failure) {
        return new ProviderHealth(false, String.valueOf(failure.getMessage()), Optional.of(failure.kind()));
    }
}
