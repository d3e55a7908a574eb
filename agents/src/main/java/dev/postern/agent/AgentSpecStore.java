package dev.postern.agent;

import dev.postern.LlmException;
import java.util.List;
import java.util.Optional;

/**
 * Stores the specs of agents that are created at run time, by {@link AgentSpec#id()}.
 *
 * <p>All methods may be called from any thread at any time, and may block. Failures are {@link LlmException}s; a method
 * that fails changes nothing.
 */
public interface AgentSpecStore {
    /** How many specs a store holds at most. */
    int MAX_SPECS = 10_000;

    /** The largest size of all specs of a store together, as JSON, in bytes: 16 MiB. */
    int MAX_BYTES = 16 << 20;

    /** Returns all specs, sorted by id. */
    List<AgentSpec> list();

    /** Returns the spec with this id. */
    Optional<AgentSpec> find(String id);

    /**
     * Adds a spec.
     *
     * @return false if a spec with this id exists; it is not changed
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if the store holds {@value #MAX_SPECS}
     *     specs already, or would exceed {@link #MAX_BYTES}
     */
    boolean create(AgentSpec spec);

    /**
     * Replaces the spec with the same id.
     *
     * @return false if there is none
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if the store would exceed {@link
     *     #MAX_BYTES}
     */
    boolean replace(AgentSpec spec);

    /**
     * Deletes a spec.
     *
     * @return false if there is none
     */
    boolean delete(String id);

    /**
     * Checks, in a store, that another spec may be added.
     *
     * @param count the number of specs that the store holds
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if it is {@value #MAX_SPECS} or more
     */
    static void checkCount(long count) {
        if (count >= MAX_SPECS) {
            throw Validation.refused(
                    "agents", "there are " + MAX_SPECS + " agents, which is the maximum; delete some first");
        }
    }

    /**
     * Checks, in a store, the size of all specs after a change.
     *
     * @param bytes the size of all specs together, as JSON
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if it exceeds {@link #MAX_BYTES}
     */
    static void checkBytes(long bytes) {
        if (bytes > MAX_BYTES) {
            throw Validation.refused(
                    "agents",
                    "all stored agents together would exceed " + MAX_BYTES + " bytes; delete some first, or"
                            + " shorten this one");
        }
    }
}
