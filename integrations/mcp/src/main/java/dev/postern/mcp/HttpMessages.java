package dev.postern.mcp;

import dev.postern.LlmException;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Receives the messages of one exchange. The answer counts when the exchange is over, so that its connection is kept. */
abstract class HttpMessages implements Flow.Subscriber<Incoming> {
    /** No message has this id. */
    static final long NO_ANSWER = -2;

    private final Link.Events events;
    private final long expected;
    private @Nullable Incoming answer;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean cancelled;

    HttpMessages(Link.Events events, long expected) {
        this.events = events;
        this.expected = expected;
    }

    /** The exchange is over: with an answer, with a failure, or with neither. Not called after a cancel. */
    abstract void ended(@Nullable Incoming answer, @Nullable LlmException failure);

    void cancel() {
        cancelled = true;
        Flow.Subscription open = subscription;
        if (open != null) {
            open.cancel();
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (cancelled) {
            given.cancel();
        } else {
            given.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(Incoming message) {
        boolean isOurs = message.number() == expected
                || (message.error() != null && message.id() == null && expected != NO_ANSWER);
        if (message.isAnswer() && isOurs) {
            answer = message;
        } else {
            events.received(message);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        ended(answer, answer == null ? LlmException.of(thrown) : null);
    }

    @Override
    public void onComplete() {
        ended(answer, null);
    }
}
