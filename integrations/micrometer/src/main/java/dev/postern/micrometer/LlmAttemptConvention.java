package dev.postern.micrometer;

import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.genai.GenAi;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Names the observation of an attempt and its key values. Key values of low cardinality are always there, with {@code none} for what is
 * unknown. An application that wants others extends this class or writes a convention of its own.
 */
public class LlmAttemptConvention implements ObservationConvention<LlmAttemptContext> {
    /** A convention. */
    public LlmAttemptConvention() {}

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof LlmAttemptContext;
    }

    /** {@code postern.attempt}. */
    @Override
    public String getName() {
        return "postern.attempt";
    }

    /** {@code attempt BACKEND}. */
    @Override
    public String getContextualName(LlmAttemptContext attempt) {
        String backend = attempt.start().backend();
        return backend.isEmpty() ? "attempt" : "attempt " + backend;
    }

    /** Backend, provider, model, server, why the attempt was made, its status, and what went wrong. */
    @Override
    public KeyValues getLowCardinalityKeyValues(LlmAttemptContext attempt) {
        KeyValueSink sink = new KeyValueSink();
        Optional<AttemptEnd> end = attempt.end();
        sink.putAlways(GenAi.BACKEND, attempt.start().backend());
        sink.putAlways(GenAi.PROVIDER_NAME, attempt.provider());
        sink.putAlways(GenAi.REQUEST_MODEL, attempt.start().model());
        sink.putAlways(GenAi.SERVER_ADDRESS, attempt.server().host());
        sink.putAlways(
                GenAi.SERVER_PORT,
                attempt.server().isKnown() ? Integer.toString(attempt.server().port()) : "");
        sink.put(GenAi.ATTEMPT_WHY, attempt.start().why().name().toLowerCase(Locale.ROOT));
        sink.putAlways(
                GenAi.HTTP_STATUS,
                attempt.status().isPresent() ? Integer.toString(attempt.status().getAsInt()) : "");
        sink.putAlways(
                GenAi.ERROR_TYPE,
                end.flatMap(over -> GenAi.errorType(over.outcome(), over.failure()))
                        .orElse(""));
        return sink.keyValues();
    }

    /** The number of the attempt, and the ids and the reason of its answer. */
    @Override
    public KeyValues getHighCardinalityKeyValues(LlmAttemptContext attempt) {
        KeyValueSink sink = new KeyValueSink();
        sink.put(GenAi.ATTEMPT_NUMBER, attempt.start().number());
        sink.putIfAny(GenAi.REQUEST_ID, attempt.requestId());
        attempt.stop().ifPresent(stop -> {
            sink.putId(stop);
            sink.putIfAny(GenAi.RESPONSE_MODEL, stop.model());
            sink.put(
                    GenAi.FINISH_REASONS,
                    List.of(GenAi.finishReason(Optional.of(stop.stopReason()), stop.serverInfo())));
        });
        return sink.keyValues();
    }
}
