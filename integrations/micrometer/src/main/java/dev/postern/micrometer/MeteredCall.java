package dev.postern.micrometer;

import dev.postern.StreamEvent;
import dev.postern.StreamEvent.MessageStop;
import dev.postern.StreamEvent.UsageReported;
import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.AttemptStart;
import dev.postern.call.CallListener.AttemptWatch;
import dev.postern.call.CallListener.CallEnd;
import dev.postern.call.CallListener.CallStart;
import dev.postern.call.CallListener.CallWatch;
import dev.postern.call.CallListener.EventWatch;
import dev.postern.call.CallListener.Outcome;
import dev.postern.genai.GenAi;
import dev.postern.genai.ProviderNames;
import dev.postern.genai.ServerAddress;
import dev.postern.genai.shared.Modality;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is measured of one call. */
final class MeteredCall implements CallWatch {
    private final Meters meters;
    private final ProviderNames providers;
    private final CallStart call;
    private @Nullable MeteredAttempt last;
    private @Nullable Duration firstToken;

    MeteredCall(Meters meters, ProviderNames providers, CallStart call) {
        this.meters = meters;
        this.providers = providers;
        this.call = call;
    }

    @Override
    public AttemptWatch attempt(AttemptStart attempt) {
        MeteredAttempt made = call.streaming() ? new MeteredStream(this, attempt) : new MeteredAttempt(this, attempt);
        last = made;
        return made;
    }

    @Override
    public void firstToken(Duration sinceStart) {
        firstToken = sinceStart;
    }

    @Override
    public void end(CallEnd end) {
        Duration first = firstToken;
        if (first != null && call.streaming()) {
            MeteredAttempt by = last;
            Tags tags = by == null
                    ? tags(providers.of(call.provider(), ""), call.request().model(), ServerAddress.UNKNOWN)
                    : by.tags;
            meters.firstChunk(answered(tags, end.outcome(), end.model())).record(first);
        }
    }

    private static Tags tags(String provider, String model, ServerAddress server) {
        return Tags.of(
                GenAi.OPERATION_NAME,
                GenAi.CHAT,
                GenAi.PROVIDER_NAME,
                orNone(provider),
                GenAi.REQUEST_MODEL,
                orNone(model),
                GenAi.SERVER_ADDRESS,
                orNone(server.host()),
                GenAi.SERVER_PORT,
                server.isKnown() ? Integer.toString(server.port()) : KeyValue.NONE_VALUE);
    }

    private static Tags answered(Tags tags, Outcome outcome, String model) {
        return tags.and(GenAi.RESPONSE_MODEL, orNone(outcome == Outcome.ANSWERED ? model : ""));
    }

    private static String orNone(String value) {
        return value.isEmpty() ? KeyValue.NONE_VALUE : value;
    }

    /** What is measured of one attempt. */
    private static class MeteredAttempt implements AttemptWatch {
        final MeteredCall in;
        final Tags tags;

        MeteredAttempt(MeteredCall in, AttemptStart attempt) {
            this.in = in;
            String provider = in.providers.of(attempt.backend(), attempt.address());
            tags = tags(provider, attempt.model(), ServerAddress.of(attempt.address()));
        }

        @Override
        public void end(AttemptEnd end) {
            in.meters.tokens(end, Modality.ofInput(in.call.request()), answered(tags, end.outcome(), end.model()));
        }
    }

    /** An attempt whose events come one by one. */
    private static final class MeteredStream extends MeteredAttempt implements EventWatch {
        private final Timer timer;
        private boolean begun;
        private long before;

        MeteredStream(MeteredCall in, AttemptStart attempt) {
            super(in, attempt);
            timer = in.meters.chunk(tags);
        }

        @Override
        public void onEvent(StreamEvent event, long nanos) {
            if (event instanceof MessageStop || event instanceof UsageReported) {
                return;
            }
            if (begun) {
                timer.record(nanos - before, TimeUnit.NANOSECONDS);
            }
            begun = true;
            before = nanos;
        }
    }
}
