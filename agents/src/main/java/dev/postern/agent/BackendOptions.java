package dev.postern.agent;

import dev.postern.CallOptions;
import dev.postern.LlmProvider;

/**
 * The call options of a run and the backend that they are for. They are passed unchanged to all agents below, so that
 * an agent on another backend never gets options, such as keys, that are for this backend.
 *
 * @param llm the provider of the agent that the caller runs
 * @param backend the backend of that agent; empty for the provider's default
 * @param given the caller's options
 */
record BackendOptions(LlmProvider llm, String backend, CallOptions given) {

    /** Returns the options that a request to this backend may have. */
    CallOptions of(LlmProvider asked, String askedBackend) {
        if (asked == llm && askedBackend.equals(backend)) {
            return given;
        }
        return given.forBackend(askedBackend.isEmpty() ? asked.name() : askedBackend);
    }
}
