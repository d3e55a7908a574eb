package dev.postern.bedrock;

import java.util.Locale;
import java.util.Set;

/**
 * The settings that are part of every request to one backend.
 *
 * @param guardrailId the guardrail's identifier or ARN; empty for none
 * @param guardrailVersion its version, or {@code DRAFT}
 * @param guardrailReplaceable whether a request may replace this guardrail
 * @param cache the parts of the prompt after which a cache point is set
 */
record ConverseSettings(
        String guardrailId, String guardrailVersion, boolean guardrailReplaceable, Set<CachePoint> cache) {
    ConverseSettings {
        cache = Set.copyOf(cache);
    }

    /** Settings with a guardrail that no request can change. */
    ConverseSettings(String guardrailId, String guardrailVersion, Set<CachePoint> cache) {
        this(guardrailId, guardrailVersion, false, cache);
    }

    boolean hasGuardrail() {
        return !guardrailId.isEmpty();
    }

    boolean isGuardrailLocked() {
        return hasGuardrail() && !guardrailReplaceable;
    }

    /** Refuses a header that may change the guardrail. Other operations of Bedrock set it by a header. */
    void checkHeader(String name) {
        if (isGuardrailLocked() && name.toLowerCase(Locale.ROOT).startsWith("x-amzn-bedrock-guardrail")) {
            throw RequestErrors.invalid(
                    "headers." + name + ": may change the guardrail, which is set for every request.");
        }
    }
}
