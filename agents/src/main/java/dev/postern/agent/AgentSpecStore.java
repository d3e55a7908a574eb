package dev.postern.agent;

import dev.postern.LlmException;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the specs of agents that were made at run time, by their {@link AgentSpec#id()}.
 *
 * <p>All methods may be called from any thread at any time, and may block. What fails is an {@link LlmException}, and
 * nothing is changed then.
 */
public interface AgentSpecStore {
    /** How many specs a store keeps at most. */
    int MOST = 10_000;

    /** How many bytes all specs of a store may take together, as JSON: 16 MiB. */
    int MOST_BYTES = 16 << 20;

    /** All of them, by id. */
    List<AgentSpec> list();

    /** The one of this id. */
    Optional<AgentSpec> find(String id);

    /**
     * Keeps a new spec.
     *
     * @return false if there is one of this id, which stays as it is
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if there are {@value #MOST} already, or
     *     they would take more than {@link #MOST_BYTES}
     */
    boolean create(AgentSpec spec);

    /**
     * Puts a spec in the place of the one of the same id.
     *
     * @return false if there is none
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if all would take more than {@link #MOST_BYTES}
     */
    boolean replace(AgentSpec spec);

    /**
     * Forgets a spec.
     *
     * @return false if there is none
     */
    boolean delete(String id);
}
