package dev.postern.bedrock;

import java.util.Locale;
import java.util.Set;

/**
 * What every request to one backend carries.
 *
 * @param guardrailId the guardrail's identifier or ARN; empty for none
 * @param guardrailVersion its version, or {@code DRAFT}
 * @param guardrailReplaceable whether a request may bring another guardrail in place of this one
 * @param cache where the prompt may be cached
 */
record ConverseSettings(
        String guardrailId, String guardrailVersion, boolean guardrailReplaceable, Set<CachePoint> cache) {
    ConverseSettings {
        cache = Set.copyOf(cache);
    }

    /** With a guardrail that no request can change. */
    ConverseSettings(String guardrailId, String guardrailVersion, Set<CachePoint> cache) {
        this(guardrailId, guardrailVersion, false, cache);
    }

    boolean hasGuardrail() {
        return !guardrailId.isEmpty();
    }

    boolean isGuardrailLocked() {
        return hasGuardrail() && !guardrailReplaceable;
    }

    /** Refuses a header of a request that may change the guardrail, as it does in other calls of Bedrock. */
    void checkHeader(String name) {
        if (isGuardrailLocked() && name.toLowerCase(Locale.ROOT).startsWith("x-amzn-bedrock-guardrail")) {
            throw Refusal.invalid("headers." + name + ": may change the guardrail, which is set for every request.");
        }
    }
}
