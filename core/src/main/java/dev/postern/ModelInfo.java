package dev.postern;

import java.util.List;

/**
 * A model that a backend offers.
 *
 * @param name what a request names it
 * @param provider the backend's name
 * @param capabilities words such as {@code chat} and {@code tool_use}
 */
public record ModelInfo(String name, String provider, List<String> capabilities) {
    /** Copies the capabilities. */
    public ModelInfo {
        capabilities = List.copyOf(capabilities);
    }
}
