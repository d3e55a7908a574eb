package dev.postern.call;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.call.CallListener.Why;
import dev.postern.flow.Demand;
import dev.postern.flow.Relay;
import dev.postern.flow.SerialLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/** One call of a provider that makes up to three attempts, at a server that does what the plan of the call says. */
final class StressAttempts implements Relay.Script {
    private final CompletionRequest request;
    private final StressPlan plan;
    private final CallScope scope;
    private final Relay<StreamEvent> relay;
    private int tries;

    StressAttempts(CompletionRequest request, Flow.Subscriber<? super StreamEvent> subscriber) {
        this.request = request;
        this.plan = StressPlan.of(request.context());
        this.scope = CallScope.of(request);
        this.relay = new Relay<>(subscriber, this);
    }

    void start() {
        relay.open();
        next(Why.FIRST);
    }

    private void next(Why why) {
        if (!relay.isOver()) {
            tries++;
            relay.next(scope.attempt(new Server(new Random(plan.seed * 17 + tries)), request, why, false));
        }
    }

    @Override
    public void completed() {
        relay.complete();
    }

    @Override
    public void failed(Throwable cause) {
        if (relay.delivered() > 0
                || tries == 3
                || !(cause instanceof LlmException failure)
                || !failure.retryable()
                || failure.refusedBeforeSending()) {
            relay.fail(cause);
            return;
        }
        scope.retry(Why.RETRY, "server", "server", failure, Duration.ZERO);
        if (plan.random(tries).nextBoolean()) {
            next(Why.RETRY);
        } else {
            plan.execute(() -> next(Why.RETRY));
        }
    }

    @Override
    public void cancelled() {}

    /** One exchange. */
    private final class Server implements CallScope.Exchange<StreamEvent> {
        private final Random random;

        Server(Random random) {
            this.random = random;
        }

        @Override
        public String backend() {
            return "server";
        }

        @Override
        public String model() {
            return "m";
        }

        @Override
        public String address() {
            return "http://server";
        }

        @Override
        public void use(CompletionRequest changed) {
            if (random.nextInt(50) == 0) {
                throw new LlmException(Kind.UNSUPPORTED, "on purpose");
            }
        }

        @Override
        public Flow.Publisher<StreamEvent> send(CallScope.Attempt attempt) {
            if (random.nextInt(50) == 0) {
                throw new IllegalStateException("on purpose");
            }
            return subscriber -> new Answer(random, attempt, subscriber).start();
        }
    }

    /** The answer of one exchange, on the thread that asks or on another one. */
    private final class Answer implements Flow.Subscription {
        private final Random random;
        private final CallScope.Attempt attempt;
        private final Flow.Subscriber<? super StreamEvent> subscriber;
        private final List<StreamEvent> events = new ArrayList<>();
        private final boolean hangs;
        private final boolean fails;
        private final boolean sync;
        private final Demand demand = new Demand();
        private final SerialLoop loop = new SerialLoop(this::pass);
        private final AtomicBoolean over = new AtomicBoolean();
        private int sent;

        Answer(Random random, CallScope.Attempt attempt, Flow.Subscriber<? super StreamEvent> subscriber) {
            this.random = random;
            this.attempt = attempt;
            this.subscriber = subscriber;
            this.sync = random.nextInt(3) == 0;
            this.hangs = random.nextInt(10) == 0;
            this.fails = random.nextInt(3) == 0;
            for (int i = random.nextInt(6); --i >= 0; ) {
                events.add(Events.text("word"));
            }
            if (random.nextInt(4) == 0) {
                events.add(new StreamEvent.ToolCallStart("c", "f"));
                events.add(new StreamEvent.ToolCallDelta("c", "{}"));
                events.add(new StreamEvent.ToolCallComplete(ToolCall.of("c", "f", Map.of())));
            }
            events.add(Events.STOP);
            events.add(new StreamEvent.UsageReported(Usage.of(random.nextInt(100), random.nextInt(100))));
            if (hangs || fails) {
                events.subList(random.nextInt(events.size() + 1), events.size()).clear();
            }
        }

        void start() {
            plan.exchanges.incrementAndGet();
            subscriber.onSubscribe(this);
            wake(loop::open);
        }

        private void wake(Runnable how) {
            if (sync) {
                how.run();
            } else {
                plan.execute(how);
            }
        }

        @Override
        public void request(long n) {
            demand.add(n);
            wake(loop::signal);
        }

        @Override
        public void cancel() {
            over();
        }

        private boolean over() {
            boolean first = over.compareAndSet(false, true);
            if (first) {
                plan.exchangesOver.incrementAndGet();
            }
            return first;
        }

        private void pass() {
            if (sent == 0 && !over.get()) {
                attempt.head(200, "r");
            }
            while (!over.get() && sent < events.size() && sent < demand.total()) {
                subscriber.onNext(events.get(sent++));
            }
            if (sent < events.size() || over.get()) {
                return;
            }
            if (hangs) {
                plan.hangs = true;
            } else if (over()) {
                if (fails) {
                    subscriber.onError(new LlmException(Kind.OVERLOADED, "on purpose"));
                } else {
                    subscriber.onComplete();
                }
            }
        }
    }
}
