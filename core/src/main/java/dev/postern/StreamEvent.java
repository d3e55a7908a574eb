package dev.postern;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a stream says. Every provider keeps this order, whatever its server did:
 *
 * <pre>{@code
 * ( ContentDelta | ReasoningDelta | ToolCallStart ToolCallDelta* ToolCallComplete )*  MessageStop  UsageReported?  onComplete
 * }</pre>
 *
 * <p>Events of several tool calls may be mixed; each names its call by id. {@link MessageStop} comes exactly once,
 * {@link UsageReported} at most once and last. A stream that fails ends with {@code onError(LlmException)} instead, and then
 * what came before is incomplete. {@link CompletionCollector} folds the events of a stream into the answer that
 * {@link LlmProvider#completions} would have given.
 */
public sealed interface StreamEvent {

    /**
     * More text.
     *
     * @param delta the next piece, never empty
     */
    record ContentDelta(String delta) implements StreamEvent {
        /** Refuses null. */
        public ContentDelta {
            Objects.requireNonNull(delta, "delta");
        }
    }

    /**
     * More reasoning. A signature, redacted reasoning and provider data come in events of their own, or with the text;
     * they close the block of reasoning that they belong to.
     *
     * @param delta the next piece of text; may be empty
     * @param signature see {@link Content.Reasoning#signature()}
     * @param redacted see {@link Content.Reasoning#redacted()}
     * @param providerData see {@link Content.Reasoning#providerData()}
     */
    record ReasoningDelta(String delta, String signature, String redacted, ProviderData providerData)
            implements StreamEvent {
        /** Refuses null. */
        public ReasoningDelta {
            Objects.requireNonNull(delta, "delta");
            Objects.requireNonNull(signature, "signature");
            Objects.requireNonNull(redacted, "redacted");
            Objects.requireNonNull(providerData, "providerData");
        }

        /** Text and nothing else. */
        public static ReasoningDelta of(String delta) {
            return new ReasoningDelta(delta, "", "", ProviderData.NONE);
        }

        /** Whether this ends its block of reasoning. */
        boolean closesBlock() {
            return !signature.isEmpty() || !redacted.isEmpty() || !providerData.isEmpty();
        }
    }

    /**
     * A tool call begins.
     *
     * @param id the call's id
     * @param name the tool's name
     */
    record ToolCallStart(String id, String name) implements StreamEvent {
        /** Refuses null. */
        public ToolCallStart {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * More of a tool call's arguments.
     *
     * @param id the call's id
     * @param delta a fragment of JSON text; only all fragments together can be parsed
     */
    record ToolCallDelta(String id, String delta) implements StreamEvent {
        /** Refuses null. */
        public ToolCallDelta {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(delta, "delta");
        }
    }

    /**
     * A tool call is whole.
     *
     * @param call the call, its arguments parsed
     */
    record ToolCallComplete(ToolCall call) implements StreamEvent {
        /** Refuses null. */
        public ToolCallComplete {
            Objects.requireNonNull(call, "call");
        }
    }

    /**
     * The answer is whole.
     *
     * @param stopReason why the model stopped
     * @param model the model that answered
     * @param serverInfo what else the server said, see {@link CompletionResponse#serverInfo()}
     */
    record MessageStop(StopReason stopReason, String model, Map<String, @Nullable Object> serverInfo)
            implements StreamEvent {
        /** Copies the server info. */
        public MessageStop {
            Objects.requireNonNull(stopReason, "stopReason");
            Objects.requireNonNull(model, "model");
            serverInfo = JsonValues.copyOf("metadata", serverInfo);
        }
    }

    /**
     * What the answer cost. Absent when the server did not say.
     *
     * @param usage the last count that the server gave
     */
    record UsageReported(Usage usage) implements StreamEvent {
        /** Refuses null. */
        public UsageReported {
            Objects.requireNonNull(usage, "usage");
        }
    }
}
