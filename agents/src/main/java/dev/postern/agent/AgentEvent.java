package dev.postern.agent;

import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.util.Objects;

/**
 * What happens in an agent's run, in this order:
 *
 * <pre>{@code
 * Started  ( Token | Reasoning | ToolCallStart | ToolCallResult | SubAgentToken | SubAgentTool )*  Done  onComplete
 * }</pre>
 *
 * <p>The results of the calls of one turn come as the tools end. A run that fails ends with {@code
 * onError(LlmException)} instead of {@link Done}; its {@link dev.postern.LlmException#transcript()} says what was done before.
 */
public sealed interface AgentEvent {

    /**
     * The run has begun.
     *
     * @param sessionId the session it belongs to: the one that was asked for, or a new one
     */
    record Started(String sessionId) implements AgentEvent {
        /** Refuses null. */
        public Started {
            Objects.requireNonNull(sessionId, "sessionId");
        }
    }

    /**
     * More text of the model.
     *
     * @param content the next piece
     */
    record Token(String content) implements AgentEvent {
        /** Refuses null. */
        public Token {
            Objects.requireNonNull(content, "content");
        }
    }

    /**
     * More of what the model thinks.
     *
     * @param content the next piece
     */
    record Reasoning(String content) implements AgentEvent {
        /** Refuses null. */
        public Reasoning {
            Objects.requireNonNull(content, "content");
        }
    }

    /**
     * The model begins to call a tool; its arguments are not there yet.
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
     * A tool has ended.
     *
     * @param call what the model asked for
     * @param result what it is told
     */
    record ToolCallResult(ToolCall call, ToolResult result) implements AgentEvent {
        /** Refuses null. */
        public ToolCallResult {
            Objects.requireNonNull(call, "call");
            Objects.requireNonNull(result, "result");
        }
    }

    /**
     * More text of an agent that this one has asked.
     *
     * @param agent its name
     * @param content the next piece
     */
    record SubAgentToken(String agent, String content) implements AgentEvent {
        /** Refuses null. */
        public SubAgentToken {
            Objects.requireNonNull(agent, "agent");
            Objects.requireNonNull(content, "content");
        }
    }

    /**
     * An agent that this one has asked calls a tool.
     *
     * @param agent its name
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
     * The run is over, and the conversation stored.
     *
     * @param result all there is to say of it
     */
    record Done(AgentResult result) implements AgentEvent {
        /** Refuses null. */
        public Done {
            Objects.requireNonNull(result, "result");
        }
    }
}
