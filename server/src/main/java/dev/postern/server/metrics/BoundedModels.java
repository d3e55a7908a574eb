package dev.postern.server.metrics;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener;
import java.time.Duration;

/**
 * Shows another listener calls whose models have {@linkplain BoundedNames bounded names}. It stands before the listener, not in the registry
 * of meters, because a registry keeps an entry for each name that it was ever asked for.
 */
final class BoundedModels implements CallListener {
    private final CallListener listener;
    private final BoundedNames names;

    BoundedModels(CallListener listener, BoundedNames names) {
        this.listener = listener;
        this.names = names;
    }

    @Override
    public CallWatch begin(CallStart call) {
        String model = call.request().model();
        String shown = names.shown(model);
        CompletionRequest request = shown.equals(model)
                ? call.request()
                : call.request().toBuilder().model(shown).build();
        return new Call(listener.begin(new Start(call, request)), names);
    }

    private record Start(CallStart call, CompletionRequest request) implements CallStart {
        @Override
        public String callId() {
            return call.callId();
        }

        @Override
        public CallContext context() {
            return call.context();
        }

        @Override
        public String provider() {
            return call.provider();
        }

        @Override
        public boolean streaming() {
            return call.streaming();
        }

        @Override
        public <T> void carry(CallContext.Key<T> key, T value) {
            call.carry(key, value);
        }
    }

    private record Call(CallWatch watch, BoundedNames names) implements CallWatch {
        @Override
        public AttemptWatch attempt(AttemptStart attempt) {
            AttemptWatch made = watch.attempt(new BoundedAttempt(attempt, names.shown(attempt.model())));
            return made instanceof EventWatch events
                    ? new StreamAttempt(made, events, attempt.model(), names)
                    : new Attempt(made, attempt.model(), names);
        }

        @Override
        public void retry(Retry retry) {
            watch.retry(retry);
        }

        @Override
        public void firstToken(Duration sinceStart) {
            watch.firstToken(sinceStart);
        }

        @Override
        public void end(CallEnd end) {
            watch.end(new CallEnd(
                    end.outcome(),
                    end.backend(),
                    names.shown(end.model()),
                    end.stopReason(),
                    end.spent(),
                    end.wasted(),
                    end.attempts(),
                    end.answeredBy(),
                    end.progress(),
                    end.failure(),
                    end.elapsed()));
        }
    }

    private record BoundedAttempt(AttemptStart attempt, String model) implements AttemptStart {
        @Override
        public int number() {
            return attempt.number();
        }

        @Override
        public String backend() {
            return attempt.backend();
        }

        @Override
        public String address() {
            return attempt.address();
        }

        @Override
        public Why why() {
            return attempt.why();
        }

        @Override
        public CallContext context() {
            return attempt.context();
        }

        @Override
        public void header(String name, String value) {
            attempt.header(name, value);
        }
    }

    private static class Attempt implements AttemptWatch {
        private final AttemptWatch watch;
        private final String asked;
        private final BoundedNames names;

        Attempt(AttemptWatch watch, String asked, BoundedNames names) {
            this.watch = watch;
            this.asked = asked;
            this.names = names;
        }

        @Override
        public void head(int status, String serverRequestId, Duration sinceStart) {
            watch.head(status, serverRequestId, sinceStart);
        }

        @Override
        public void firstToken(Duration sinceStart) {
            watch.firstToken(sinceStart);
        }

        @Override
        public void end(AttemptEnd end) {
            if (end.outcome() == Outcome.ANSWERED) {
                names.prove(asked);
                names.prove(end.model());
            }
            watch.end(new AttemptEnd(
                    end.number(),
                    end.outcome(),
                    end.backend(),
                    names.shown(end.model()),
                    end.stopReason(),
                    end.spent(),
                    end.progress(),
                    end.failure(),
                    end.elapsed()));
        }
    }

    private static final class StreamAttempt extends Attempt implements EventWatch {
        private final EventWatch events;

        StreamAttempt(AttemptWatch watch, EventWatch events, String asked, BoundedNames names) {
            super(watch, asked, names);
            this.events = events;
        }

        @Override
        public void onEvent(StreamEvent event, long nanos) {
            events.onEvent(event, nanos);
        }
    }
}
