package dev.postern.opentelemetry;

import dev.postern.StreamEvent;
import dev.postern.StreamEvent.MessageStop;
import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.AttemptStart;
import dev.postern.call.CallListener.AttemptWatch;
import dev.postern.call.CallListener.EventWatch;
import dev.postern.call.CallListener.Outcome;
import dev.postern.genai.GenAi;
import dev.postern.genai.ServerAddress;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The span of one attempt. Its context is sent to the server. */
final class AttemptSpan implements AttemptWatch, EventWatch {
    final String provider;
    final String model;
    final ServerAddress address;
    /** The end of the answer. Written by the thread that delivers, read when the attempt or the call ends. */
    volatile @Nullable MessageStop stop;

    private final CallSpan call;
    private final long start;
    private final Span span;
    private final Context context;
    private final Attributes asked;
    /** Whether events come one by one, and their distances are measured. */
    private final boolean streaming;
    /** The time of the chunk before, used by the thread that delivers. */
    private long chunk;

    private boolean begun;

    AttemptSpan(CallSpan call, AttemptStart attempt) {
        this.call = call;
        OpenTelemetryListener listener = call.listener;
        provider = listener.providers.of(attempt.backend(), attempt.address());
        model = attempt.model();
        address = ServerAddress.of(attempt.address());
        asked = Instruments.attributes(provider, model, "", address);
        streaming = call.call.streaming();
        start = call.time.now();
        AttributesSink known = new AttributesSink();
        known.putAll(asked.toBuilder().remove(Instruments.OPERATION).build()); // the call is the operation
        known.putIfAny(GenAi.BACKEND, attempt.backend());
        known.put(GenAi.ATTEMPT_NUMBER, attempt.number());
        known.put(GenAi.ATTEMPT_WHY, attempt.why().name().toLowerCase(Locale.ROOT));
        span = listener.tracer
                .spanBuilder(attempt.backend().isEmpty() ? "attempt" : "attempt " + attempt.backend())
                .setParent(call.context)
                .setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(start, TimeUnit.NANOSECONDS)
                .setAllAttributes(known.attributes())
                .startSpan();
        context = call.context.with(span);
        listener.propagator.inject(context.with(Baggage.empty()), attempt, AttemptSpan::send);
    }

    private static void send(@Nullable AttemptStart attempt, String name, String value) {
        if (attempt != null) {
            try {
                attempt.header(name, value);
            } catch (IllegalArgumentException e) {
                // a propagator whose header looks like a secret: the call goes on without it
            }
        }
    }

    @Override
    public void head(int status, String serverRequestId, Duration sinceStart) {
        SpanSink sink = new SpanSink(span);
        sink.put(GenAi.HTTP_STATUS, status);
        sink.putIfAny(GenAi.REQUEST_ID, serverRequestId);
    }

    @Override
    public void onEvent(StreamEvent event, long nanos) {
        if (event instanceof MessageStop last) {
            stop = last;
        } else if (streaming && !(event instanceof StreamEvent.UsageReported)) {
            if (begun) {
                call.listener.instruments.chunk((nanos - chunk) / 1e9, asked, context);
            }
            begun = true;
            chunk = nanos;
        }
    }

    @Override
    public void end(AttemptEnd end) {
        String answered = stop == null ? "" : end.model();
        call.listener.instruments.tokens(
                end, call.inputModality(), Instruments.attributes(provider, model, answered, address), context);
        call.ended(this, end, start + end.elapsed().toNanos());
    }

    /** Ends the span. The tokens are told only if they were wasted; else they belong to the call. */
    void finish(AttemptEnd end, long at, boolean wasted) {
        if (span.isRecording()) {
            SpanSink sink = new SpanSink(span);
            MessageStop last = stop;
            if (last != null) {
                sink.putIfAny(GenAi.RESPONSE_MODEL, last.model());
                sink.putId(last);
                sink.put(GenAi.FINISH_REASONS, List.of(GenAi.finishReason(end.stopReason(), last.serverInfo())));
            } else if (end.outcome() != Outcome.ANSWERED) {
                sink.put(GenAi.FINISH_REASONS, List.of("error"));
            }
            if (wasted) {
                end.spent().ifPresent(spent -> sink.putTokens(spent, end.backend(), end.model(), call.listener.names));
            }
            call.fail(span, end.outcome(), end.failure());
        }
        span.end(at, TimeUnit.NANOSECONDS);
    }
}
