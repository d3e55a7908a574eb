package dev.postern.opentelemetry;

import dev.postern.LlmException;
import dev.postern.StreamEvent.MessageStop;
import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.AttemptStart;
import dev.postern.call.CallListener.AttemptWatch;
import dev.postern.call.CallListener.CallEnd;
import dev.postern.call.CallListener.CallStart;
import dev.postern.call.CallListener.CallWatch;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.CallListener.Retry;
import dev.postern.genai.GenAi;
import dev.postern.genai.ServerAddress;
import dev.postern.genai.shared.Modality;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The span of one call. The span of an attempt that has ended is kept open until the next attempt begins or the call ends, because only
 * then it is known whether its tokens belong to the call or were wasted; it gets the time at which the attempt ended.
 */
class CallSpan implements CallWatch {
    final OpenTelemetryListener listener;
    final CallStart call;
    final Context context;
    final CallTime time;
    final Span span;
    private String provider;
    private String inputModality = "";
    private @Nullable AttemptSpan last;
    private @Nullable Ended ended;
    private @Nullable Duration firstToken;

    /** An attempt whose span is still open. */
    private record Ended(AttemptSpan attempt, AttemptEnd end, long at) {}

    CallSpan(OpenTelemetryListener listener, CallStart call, Context context, CallTime time, String provider) {
        this.listener = listener;
        this.call = call;
        this.context = context;
        this.time = time;
        this.span = Span.fromContext(context);
        this.provider = provider;
    }

    @Override
    public AttemptWatch attempt(AttemptStart attempt) {
        finishEnded(true);
        AttemptSpan made = new AttemptSpan(this, attempt);
        last = made;
        provider = made.provider;
        span.setAttribute(GenAi.PROVIDER_NAME, provider);
        new SpanSink(span).putAddress(made.address);
        if (call.request().model().isEmpty() && !attempt.model().isEmpty()) { // the default model of the backend
            span.updateName(GenAi.spanName(attempt.model()));
            span.setAttribute(GenAi.REQUEST_MODEL, attempt.model());
        }
        return made;
    }

    @Override
    public void retry(Retry retry) {
        span.addEvent(
                "postern.retry",
                Attributes.builder()
                        .put(GenAi.ATTEMPT_WHY, retry.why().name().toLowerCase(Locale.ROOT))
                        .put("postern.retry.from", retry.fromBackend())
                        .put("postern.retry.to", retry.toBackend())
                        .put("postern.retry.delay", CallTime.seconds(retry.delay()))
                        .put(
                                GenAi.ERROR_TYPE,
                                GenAi.errorType(Outcome.FAILED, Optional.of(retry.failure()))
                                        .orElseThrow())
                        .build());
    }

    /** The modality of the input, computed when it is needed. */
    String inputModality() {
        if (inputModality.isEmpty()) {
            inputModality = Modality.ofInput(call.request());
        }
        return inputModality;
    }

    /** An attempt has ended. */
    void ended(AttemptSpan attempt, AttemptEnd end, long at) {
        if (attempt == last) {
            ended = new Ended(attempt, end, at);
        } else {
            attempt.finish(end, at, true);
        }
    }

    private void finishEnded(boolean wasted) {
        Ended open = ended;
        ended = null;
        if (open != null) {
            open.attempt.finish(open.end, open.at, wasted);
        }
    }

    @Override
    public void firstToken(Duration sinceStart) {
        firstToken = sinceStart;
    }

    @Override
    public void end(CallEnd end) {
        Ended lastEnd = ended;
        finishEnded(end.spent().isEmpty());
        Attributes common = attributes(end);
        if (span.isRecording()) {
            describe(end);
        }
        listener.instruments.call(end, common, call.streaming() ? firstToken : null, context);
        long at = time.start() + end.elapsed().toNanos();
        span.end(lastEnd == null ? at : Math.max(at, lastEnd.at), TimeUnit.NANOSECONDS);
    }

    private Attributes attributes(CallEnd end) {
        AttemptSpan by = last;
        return Instruments.attributes(
                provider,
                by == null || !call.request().model().isEmpty() ? call.request().model() : by.model,
                end.outcome() == Outcome.ANSWERED ? end.model() : "",
                by == null ? ServerAddress.UNKNOWN : by.address);
    }

    private void describe(CallEnd end) {
        SpanSink sink = new SpanSink(span);
        AttemptSpan by = last;
        MessageStop stop = by == null ? null : by.stop;
        sink.put(GenAi.ATTEMPTS, end.attempts());
        sink.putIfAny(GenAi.BACKEND, end.backend());
        sink.putIfAny(GenAi.ANSWERED_BY, end.answeredBy());
        if (end.stopReason().isPresent()) {
            sink.putIfAny(GenAi.RESPONSE_MODEL, end.model());
        }
        if (stop != null && end.answeredBy().isEmpty()) {
            sink.putId(stop);
        }
        Map<String, @Nullable Object> info =
                stop == null || !end.stopReason().equals(Optional.of(stop.stopReason())) ? Map.of() : stop.serverInfo();
        sink.put(GenAi.FINISH_REASONS, List.of(GenAi.finishReason(end.stopReason(), info)));
        if (firstToken != null && call.streaming()) {
            sink.put(GenAi.TIME_TO_FIRST_CHUNK, CallTime.seconds(firstToken));
        }
        end.spent().ifPresent(spent -> sink.putTokens(spent, end.backend(), end.model(), listener.names));
        fail(span, end.outcome(), end.failure());
    }

    /**
     * Sets type and status of what was not answered. What the caller cancelled is no error. The message of a failure may quote what the
     * server sent, so it is content.
     */
    void fail(Span failed, Outcome outcome, Optional<LlmException> failure) {
        GenAi.errorType(outcome, failure).ifPresent(type -> {
            failed.setAttribute(GenAi.ERROR_TYPE, type);
            if (outcome == Outcome.FAILED) {
                String message = failure.map(LlmException::getMessage).orElse(type);
                failed.setStatus(StatusCode.ERROR, listener.recordsContent() ? message : type);
            }
        });
    }
}
