package dev.postern.usage;

import java.util.Objects;

/**
 * What a sum of a {@link UsageListener} belongs to. A part that it does not distinguish is empty, and so is one that is unknown.
 *
 * @param tenant the tenant of the context
 * @param user the user of the context
 * @param backend the backend of the attempt
 * @param model the model that answered, else the one that was asked
 */
public record UsageKey(String tenant, String user, String backend, String model) {
    /** The key of the sum of everything whose own key would exceed {@link UsageListener.Builder#maxKeys}. */
    public static final UsageKey OTHERS = new UsageKey("(others)", "(others)", "(others)", "(others)");

    private static final int LONGEST = 200;

    /** Refuses null, and shortens each part to 200 characters. */
    public UsageKey {
        tenant = shortened(tenant, "tenant");
        user = shortened(user, "user");
        backend = shortened(backend, "backend");
        model = shortened(model, "model");
    }

    private static String shortened(String text, String name) {
        return Objects.requireNonNull(text, name).length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}
