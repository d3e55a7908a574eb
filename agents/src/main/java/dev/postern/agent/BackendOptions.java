package dev.postern.agent;

import dev.postern.CallOptions;
import dev.postern.LlmProvider;

/**
 * The call options of a run, and the backend that they were made for. They go along unchanged to the agents that the run
 * asks, so that an agent on another backend never gets what was meant for this one, however deep it stands.
 *
 * @param llm the provider of the agent that the caller asked
 * @param backend the backend of that agent; empty for the provider's default
 * @param given what the caller gave
 */
record BackendOptions(LlmProvider llm, String backend, CallOptions given) {

    /** What a request to this backend may carry. */
    CallOptions of(LlmProvider asked, String askedBackend) {
        if (asked == llm && askedBackend.equals(backend)) {
            return given;
        }
        return given.forBackend(askedBackend.isEmpty() ? asked.name() : askedBackend);
    }
}
