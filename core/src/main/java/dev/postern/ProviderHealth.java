package dev.postern;

import java.util.Objects;
import java.util.Optional;

/**
 * Whether a backend answers.
 *
 * @param up whether a request can be expected to succeed; false if the key is refused
 * @param detail one sentence for a person
 * @param failure the kind of failure because of which it is down, if that is known
 */
public record ProviderHealth(boolean up, String detail, Optional<LlmException.Kind> failure) {
    /** Refuses null. */
    public ProviderHealth {
        Objects.requireNonNull(detail, "detail");
        Objects.requireNonNull(failure, "failure");
    }

    /** The backend answers. */
    public static ProviderHealth up(String detail) {
        return new ProviderHealth(true, detail, Optional.empty());
    }

    /** It does not answer, or refuses this client. */
    public static ProviderHealth down(String detail) {
        return new ProviderHealth(false, detail, Optional.empty());
    }

    /** It does not answer, or refuses this client: the check failed in this way. */
    public static ProviderHealth down(LlmException failure) {
        return new ProviderHealth(false, String.valueOf(failure.getMessage()), Optional.of(failure.kind()));
    }
}
