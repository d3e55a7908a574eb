package dev.postern;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event of a stream. Every provider keeps this order, whatever its server sends:
 *
 * <pre>{@code
 * ( ContentDelta | ReasoningDelta | ToolCallStart ToolCallDelta* ToolCallComplete )*  MessageStop  UsageReported?
 * onComplete
 * }</pre>
 *
 * <p>Events of several tool calls may be interleaved; each has the id of its call. {@link MessageStop} comes exactly
 * once, {@link UsageReported} at most once and last. A stream that fails ends with {@code onError(LlmException)}
 * instead; the events before it are then an incomplete answer. {@link CompletionCollector} folds the events of a stream
 * into the answer that {@link LlmProvider#completions} would have given.
 */
public sealed interface StreamEvent {

    /**
     * The next piece of text.
     *
     * @param delta the piece, never empty
     */
    record ContentDelta(String delta) implements StreamEvent {
        /** Refuses null. */
        public ContentDelta {
            Objects.requireNonNull(delta, "delta");
        }
    }

    /**
     * The next piece of reasoning. A signature, redacted reasoning and provider data come in separate events or with
     * the text; they end their block of reasoning.
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

        /** A piece of text without a signature, redacted reasoning or provider data. */
        public static ReasoningDelta of(String delta) {
            return new ReasoningDelta(delta, "", "", ProviderData.NONE);
        }

        /** Whether this ends its block of reasoning. */
        boolean closesBlock() {
            return !signature.isEmpty() || !redacted.isEmpty() || !providerData.isEmpty();
        }
    }

    /**
     * The start of a tool call.
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
     * The next piece of a tool call's arguments.
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
     * The end of a tool call.
     *
     * @param call the complete call, with its arguments parsed
     */
    record ToolCallComplete(ToolCall call) implements StreamEvent {
        /** Refuses null. */
        public ToolCallComplete {
            Objects.requireNonNull(call, "call");
        }
    }

    /**
     * The end of the answer.
     *
     * @param stopReason why the model stopped
     * @param model the model that answered
     * @param serverInfo further data of the server, see {@link CompletionResponse#serverInfo()}
     */
    record MessageStop(StopReason stopReason, String model, Map<String, @Nullable Object> serverInfo)
            implements StreamEvent {
        /** Copies the server info. */
        public MessageStop {
            Objects.requireNonNull(stopReason, "stopReason");
            Objects.requireNonNull(model, "model");
            serverInfo = JsonValues.copyOf("server_info", serverInfo);
        }
    }

    /**
     * The tokens that the answer used. Absent if the server did not report them.
     *
     * @param usage the last report of the server
     */
    record UsageReported(Usage usage) implements StreamEvent {
        /** Refuses null. */
        public UsageReported {
            Objects.requireNonNull(usage, "usage");
        }
    }
}
