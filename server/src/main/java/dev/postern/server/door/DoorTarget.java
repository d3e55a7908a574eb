package dev.postern.server.door;

import java.util.List;
import java.util.Objects;

/**
 * Where a request goes.
 *
 * @param backend the name of the backend or group
 * @param model the model that it is asked for; empty for its default
 * @param knownAs the backend's own name of the model, if the model is an alias; else the model
 * @param members the backends that may answer, without fallbacks: those of the group, or the backend itself
 */
public record DoorTarget(String backend, String model, String knownAs, List<String> members) {
    /** Copies the members. */
    public DoorTarget {
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(knownAs, "knownAs");
        members = List.copyOf(members);
    }
}
