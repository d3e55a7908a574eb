package dev.postern;

import java.util.List;
import java.util.Objects;

/**
 * A model that a backend offers.
 *
 * @param name the name for requests
 * @param backend the backend's name
 * @param capabilities words such as {@code chat} and {@code tool_use}
 */
public record ModelInfo(String name, String backend, List<String> capabilities) {
    /** Copies the capabilities. */
    public ModelInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(backend, "backend");
        capabilities = List.copyOf(capabilities);
    }
}
