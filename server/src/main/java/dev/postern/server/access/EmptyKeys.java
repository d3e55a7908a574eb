package dev.postern.server.access;

import dev.postern.LlmException;
import dev.postern.spi.Settings;

/**
 * Refuses keys without a value. {@link Settings} treats such a key as absent, but a rule of access that is written down and has no effect,
 * for example because a variable is empty, would open the server without a word.
 */
public final class EmptyKeys {
    private EmptyKeys() {}

    /**
     * Refuses these keys where they are in the section and have no value.
     *
     * @throws LlmException of kind CONFIGURATION that names the key
     */
    public static void refuse(Settings section, String... keys) {
        for (String key : keys) {
            if (section.keys().contains(key) && !section.has(key)) {
                throw section.error(key, "has no value; give it one, or leave it out");
            }
        }
    }
}
