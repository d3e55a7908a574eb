package dev.postern.micrometer;

import dev.postern.StreamEvent.MessageStop;
import dev.postern.call.CallListener.CallEnd;
import dev.postern.genai.GenAi;
import dev.postern.genai.GenAiNames;
import dev.postern.genai.shared.TokenCounts;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names the observation of a call and its key values by the GenAI conventions. Key values of low cardinality are always there, with
 * {@code none} for what is unknown. An application that wants others extends this class or writes a convention of its own.
 */
public class LlmCallConvention implements ObservationConvention<LlmCallContext> {
    private final GenAiNames names;

    /** A convention with these names. */
    public LlmCallConvention(GenAiNames names) {
        this.names = Objects.requireNonNull(names, "names");
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof LlmCallContext;
    }

    /** The name of the metric of times, such as {@code gen_ai.client.inference.duration}. */
    @Override
    public String getName() {
        return names.duration();
    }

    /** {@code chat MODEL}. */
    @Override
    public String getContextualName(LlmCallContext call) {
        return GenAi.spanName(call.model());
    }

    /** Operation, provider, models, server, and what went wrong. */
    @Override
    public KeyValues getLowCardinalityKeyValues(LlmCallContext call) {
        KeyValueSink sink = new KeyValueSink();
        Optional<CallEnd> end = call.end();
        sink.put(GenAi.OPERATION_NAME, GenAi.CHAT);
        sink.putAlways(GenAi.PROVIDER_NAME, call.provider());
        sink.putAlways(GenAi.REQUEST_MODEL, call.model());
        sink.putAlways(
                GenAi.RESPONSE_MODEL,
                end.filter(over -> over.stopReason().isPresent())
                        .map(CallEnd::model)
                        .orElse(""));
        sink.putAlways(GenAi.SERVER_ADDRESS, call.server().host());
        sink.putAlways(
                GenAi.SERVER_PORT,
                call.server().isKnown() ? Integer.toString(call.server().port()) : "");
        sink.putAlways(
                GenAi.ERROR_TYPE,
                end.flatMap(over -> GenAi.errorType(over.outcome(), over.failure()))
                        .orElse(""));
        sink.putAlways(GenAi.ANSWERED_BY, end.map(CallEnd::answeredBy).orElse(""));
        return sink.keyValues();
    }

    /** Settings of the request; and, when the call has ended, tokens, reasons and ids. No content. */
    @Override
    public KeyValues getHighCardinalityKeyValues(LlmCallContext call) {
        KeyValueSink sink = new KeyValueSink();
        sink.putSettings(call.start().request(), call.start().streaming());
        call.end().ifPresent(end -> describe(call, end, sink));
        return sink.keyValues();
    }

    private void describe(LlmCallContext call, CallEnd end, KeyValueSink sink) {
        MessageStop stop = call.stop().orElse(null);
        sink.put(GenAi.ATTEMPTS, end.attempts());
        sink.putIfAny(GenAi.BACKEND, end.backend());
        if (stop != null && end.answeredBy().isEmpty()) {
            sink.putId(stop);
        }
        Map<String, @Nullable Object> info =
                stop != null && end.stopReason().equals(Optional.of(stop.stopReason())) ? stop.serverInfo() : Map.of();
        sink.put(GenAi.FINISH_REASONS, List.of(GenAi.finishReason(end.stopReason(), info)));
        if (call.start().streaming()) {
            call.firstToken().ifPresent(time -> sink.put(GenAi.TIME_TO_FIRST_CHUNK, time.toNanos() / 1e9));
        }
        end.spent().ifPresent(spent -> sink.putTokens(spent, end.backend(), end.model(), names));
        end.wasted().ifPresent(spent -> {
            TokenCounts counts = TokenCounts.of(spent.usage(), end.backend(), end.model());
            sink.put("postern.wasted.input_tokens", counts.input());
            sink.put("postern.wasted.output_tokens", counts.output());
        });
    }
}
