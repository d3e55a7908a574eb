package dev.postern.openai;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The profiles that were learned from refusals, by base URL and model. If a server refuses a field that the provider
 * added, or whose form the provider chose, the request is sent again in another form ({@link AlternativeProfiles}). If
 * the server accepts it, the profile with this form is stored here. Thread-safe.
 */
final class LearnedProfiles {
    /**
     * The maximum number of entries, because a gateway may see any number of model names. What is removed is learned
     * again.
     */
    private static final int MAX_LEARNED = 1000;

    private final Map<String, ServerProfile> learned = new ConcurrentHashMap<>();

    /** Returns the learned profile for a model, or the configured one. */
    ServerProfile profileFor(String endpoint, String model, ServerProfile configured) {
        return learned.isEmpty() ? configured : learned.getOrDefault(endpoint + " " + model, configured);
    }

    /** Stores a profile whose form the server accepted. */
    void learn(String endpoint, String model, ServerProfile profile) {
        if (learned.size() >= MAX_LEARNED) {
            learned.clear();
        }
        learned.put(endpoint + " " + model, profile);
    }
}
