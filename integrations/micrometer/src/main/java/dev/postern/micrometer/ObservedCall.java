package dev.postern.micrometer;

import dev.postern.StreamEvent;
import dev.postern.StreamEvent.MessageStop;
import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.AttemptStart;
import dev.postern.call.CallListener.AttemptWatch;
import dev.postern.call.CallListener.CallEnd;
import dev.postern.call.CallListener.CallWatch;
import dev.postern.call.CallListener.EventWatch;
import dev.postern.call.CallListener.Retry;
import io.micrometer.observation.Observation;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The observation of one call. */
final class ObservedCall implements CallWatch {
    private final ObservationListener listener;
    private final Opened opened;
    private final LlmCallContext context;
    private @Nullable LlmAttemptContext last;

    ObservedCall(ObservationListener listener, Opened opened, LlmCallContext context) {
        this.listener = listener;
        this.opened = opened;
        this.context = context;
    }

    @Override
    public AttemptWatch attempt(AttemptStart attempt) {
        LlmAttemptContext made =
                new LlmAttemptContext(attempt, listener.providers.of(attempt.backend(), attempt.address()));
        last = made;
        context.attempt(made);
        Observation child =
                Observation.createNotStarted(listener.customAttempts, listener.attempts, () -> made, listener.registry);
        Opened.start(child, opened.observation());
        return new ObservedAttempt(listener, child, made);
    }

    @Override
    public void retry(Retry retry) {
        opened.observation()
                .event(Observation.Event.of(
                        "retry", "retry " + retry.why().name().toLowerCase(Locale.ROOT)));
    }

    @Override
    public void firstToken(Duration sinceStart) {
        context.firstToken(sinceStart);
    }

    @Override
    public void end(CallEnd end) {
        LlmAttemptContext by = last;
        if (by != null) {
            context.stopped(by.stop().orElse(null));
        }
        context.ended(end);
        opened.stop(end.failure().map(listener::shown));
    }

    /** The observation of one attempt. */
    private record ObservedAttempt(ObservationListener listener, Observation observation, LlmAttemptContext context)
            implements AttemptWatch, EventWatch {
        @Override
        public void head(int status, String serverRequestId, Duration sinceStart) {
            context.head(status, serverRequestId);
        }

        @Override
        public void onEvent(StreamEvent event, long nanos) {
            if (event instanceof MessageStop stop) {
                context.stopped(stop);
            }
        }

        @Override
        public void end(AttemptEnd end) {
            context.ended(end);
            Opened.stop(observation, end.failure().map(listener::shown));
        }
    }
}
