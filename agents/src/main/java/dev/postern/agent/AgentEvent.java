package dev.postern.agent;

import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.util.Objects;

/**
 * The events of an agent's run, in this order:
 *
 * <pre>{@code
 * Started  ( Token | Reasoning | ToolCallStart | ToolCallResult | SubAgentToken | SubAgentTool )*  Done  onComplete
 * }</pre>
 *
 * <p>The results of one turn's calls are emitted in the order in which the tools finish. A run that fails ends with
 * {@code onError(LlmException)} instead of {@link Done}; {@link dev.postern.LlmException#transcript()} has its messages
 * so far.
 */
public sealed interface AgentEvent {

    /**
     * The run has started.
     *
     * @param sessionId the session of the run: the one in the input, or a new one
     */
    record Started(String sessionId) implements AgentEvent {
        /** Refuses null. */
        public Started {
            Objects.requireNonNull(sessionId, "sessionId");
        }
    }

    /**
     * A piece of the model's text.
     *
     * @param content the text
     */
    record Token(String content) implements AgentEvent {
        /** Refuses null. */
        public Token {
            Objects.requireNonNull(content, "content");
        }
    }

    /**
     * A piece of the model's reasoning.
     *
     * @param content the text
     */
    record Reasoning(String content) implements AgentEvent {
        /** Refuses null. */
        public Reasoning {
            Objects.requireNonNull(content, "content");
        }
    }

    /**
     * The model starts a tool call. Its arguments are not complete yet.
     *
     * @param id the call's id
     * @param name the tool's name
     */
    record ToolCallStart(String id, String name) implements AgentEvent {
        /** Refuses null. */
        public ToolCallStart {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * A tool call has its result.
     *
     * @param call the model's call
     * @param result the result that the model gets
     */
    record ToolCallResult(ToolCall call, ToolResult result) implements AgentEvent {
        /** Refuses null. */
        public ToolCallResult {
            Objects.requireNonNull(call, "call");
            Objects.requireNonNull(result, "result");
        }
    }

    /**
     * A piece of the text of an agent that this one has called.
     *
     * @param agent the other agent's name
     * @param content the text
     */
    record SubAgentToken(String agent, String content) implements AgentEvent {
        /** Refuses null. */
        public SubAgentToken {
            Objects.requireNonNull(agent, "agent");
            Objects.requireNonNull(content, "content");
        }
    }

    /**
     * An agent that this one has called calls a tool.
     *
     * @param agent the other agent's name
     * @param name the tool's name
     */
    record SubAgentTool(String agent, String name) implements AgentEvent {
        /** Refuses null. */
        public SubAgentTool {
            Objects.requireNonNull(agent, "agent");
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * The run has ended, and its turn is stored.
     *
     * @param result the result of the run
     */
    record Done(AgentResult result) implements AgentEvent {
        /** Refuses null. */
        public Done {
            Objects.requireNonNull(result, "result");
        }
    }
}
