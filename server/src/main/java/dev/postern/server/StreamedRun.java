package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.NonBlockingSubscriber;
import dev.postern.agent.AgentEvent;
import dev.postern.server.http.RequestLog;
import dev.postern.server.http.ServerExchange;
import dev.postern.server.replay.RunRelay;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * A run of an agent whose events go to a {@link RunRelay}. It takes all events at once: the relay is bounded, so no client slows the run down.
 * It ends once, by itself or by a cancel.
 */
final class StreamedRun implements NonBlockingSubscriber<AgentEvent> {
    private final ServerExchange exchange;
    private final CompletableFuture<Target> target = new CompletableFuture<>(); // complete before the run begins
    private final Object lock = new Object();
    private Optional<Flow.Subscription> upstream = Optional.empty(); // guarded by lock
    private boolean ended; // guarded by lock

    /** Where the events go, and what happens at the end of the run. */
    private record Target(RunRelay events, Runnable whenEnded) {}

    /** A run that has not begun. The request that begins it may end before the run. */
    StreamedRun(ServerExchange exchange) {
        this.exchange = exchange;
    }

    /** Sets where the events go, and what is done once at the end of the run. */
    void to(RunRelay events, Runnable whenEnded) {
        target.complete(new Target(events, whenEnded));
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        synchronized (lock) {
            if (ended || upstream.isPresent()) {
                subscription.cancel();
                return;
            }
            upstream = Optional.of(subscription);
        }
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(AgentEvent event) {
        AgentJson.event(event, exchange.answeredBy()).ifPresent(target.join().events()::add);
    }

    @Override
    public void onError(Throwable thrown) {
        LlmException failure = LlmException.of(thrown);
        if (end()) {
            exchange.failed(RequestLog.reason(failure), failure.kind());
            close(Optional.of(AgentJson.failed(failure, exchange.ids().request())));
        }
    }

    @Override
    public void onComplete() {
        if (end()) {
            close(Optional.empty());
        }
    }

    /** Ends the run from outside. */
    void cancel() {
        if (!end()) {
            return;
        }
        Optional<Flow.Subscription> running;
        synchronized (lock) {
            running = upstream;
        }
        running.ifPresent(Flow.Subscription::cancel);
        exchange.failed("cancelled", LlmException.Kind.CANCELLED);
        close(Optional.of(AgentJson.cancelled()));
    }

    private boolean end() {
        synchronized (lock) {
            boolean first = !ended;
            ended = true;
            return first;
        }
    }

    private void close(Optional<byte[]> last) {
        var unused = target.thenAccept(to -> {
            try {
                last.ifPresent(to.events()::add);
                to.events().end();
            } finally {
                to.whenEnded().run();
            }
        });
    }
}
