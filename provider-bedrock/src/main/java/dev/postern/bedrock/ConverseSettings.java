package dev.postern.bedrock;

import java.util.Set;

/**
 * What every request to one backend carries.
 *
 * @param guardrailId the guardrail's identifier or ARN; empty for none
 * @param guardrailVersion its version, or {@code DRAFT}
 * @param cache where the prompt may be cached
 */
record ConverseSettings(String guardrailId, String guardrailVersion, Set<CachePoint> cache) {
    ConverseSettings {
        cache = Set.copyOf(cache);
    }
}
