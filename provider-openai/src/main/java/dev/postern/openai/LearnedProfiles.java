package dev.postern.openai;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was learned about servers: when one refuses a field that we added, or whose form we chose, the request goes out
 * once more in the other form ({@link AlternativeProfiles}), and if that is taken the form is remembered for the base URL and the
 * model. Thread-safe.
 */
final class LearnedProfiles {
    /** A gateway may see any number of model names; what is forgotten is learned again. */
    private static final int MAX_LEARNED = 1000;

    private final Map<String, ServerProfile> learned = new ConcurrentHashMap<>();

    /** What is known about a model, or the profile that was configured. */
    ServerProfile profileFor(String endpoint, String model, ServerProfile configured) {
        return learned.getOrDefault(endpoint + " " + model, configured);
    }

    /** The other form was taken. */
    void learn(String endpoint, String model, ServerProfile profile) {
        if (learned.size() >= MAX_LEARNED) {
            learned.clear();
        }
        learned.put(endpoint + " " + model, profile);
    }
}
