package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.CallEnd;
import dev.postern.call.CallListener.CallStart;
import dev.postern.call.CallListener.CallWatch;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.CallListener.Retry;
import dev.postern.call.CallListener.Spent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call at one place: the listeners that want to see it, its open attempts, and what is known for its end. The fields below the
 * comment "Used inside of the news only" need no lock, because the {@link dev.postern.flow.News} of a call come one at a time.
 */
final class CallState implements Observed {
    private final OneCall call;
    private final Instrumentation with;
    private final String provider;
    private final boolean streaming;
    private final long begun = System.nanoTime();
    private final Tally tally = new Tally();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final List<Told> told = new ArrayList<>(2); // written before the call is made
    private List<EachEvent> eventWatches = List.of(); // written before the call is made
    private @Nullable Place place;
    private @Nullable CompletionRequest request;
    private boolean sawToken;
    private volatile String answeredBy = "";

    // Used inside of the news only.
    private final List<OpenAttempt> open = new ArrayList<>(1);
    private int attempts;
    private @Nullable AttemptEnd last;
    private @Nullable Spent wasted;
    private boolean endTold;

    /** A listener that wants to see this call. */
    private record Told(Registered by, CallWatch watch) {}

    CallState(OneCall call, Instrumentation with, String provider, boolean streaming) {
        this.call = call;
        this.with = with;
        this.provider = provider;
        this.streaming = streaming;
    }

    /** Whether a listener wants to see the call. */
    boolean isWatched() {
        return !told.isEmpty();
    }

    boolean streaming() {
        return streaming;
    }

    /** Asks a listener whether it wants to see the call. Returns the context with what the listener adds. */
    CallContext begin(Registered by, Place own, CompletionRequest asked, CallContext context) {
        Start start = new Start(own, asked, context);
        call.news().ask(() -> {
            by.tell(() -> {
                CallWatch watch = Objects.requireNonNull(by.listener().begin(start), "the watch is null");
                if (watch != CallWatch.NONE) {
                    told.add(new Told(by, watch));
                    eventWatches = Observed.plus(eventWatches, by, watch);
                }
            });
            start.over = true;
            return start;
        });
        return start.context;
    }

    void opened(Place own, CompletionRequest carrying) {
        place = own;
        request = carrying;
    }

    /** Makes the call for this subscriber. */
    void run(
            Flow.Subscriber<? super StreamEvent> subscriber,
            Function<CompletionRequest, Flow.Publisher<StreamEvent>> inside) {
        Place own = Objects.requireNonNull(place);
        CompletionRequest carrying = Objects.requireNonNull(request);
        new Observer<StreamEvent>(subscriber, isWatched() ? this : NOTHING)
                .subscribeTo(() -> with.interceptors.isEmpty()
                        ? inside.apply(carrying)
                        : new Filters(own, with.interceptors, carrying, streaming, null, new Abort()).around(inside));
    }

    void answeredBy(String interceptor) {
        answeredBy = interceptor;
    }

    @Override
    public void item(Object item) {
        if (tally.count(item) && !sawToken) {
            sawToken = true;
            Duration since = elapsed();
            tell(watch -> watch.firstToken(since));
        }
        Observed.each(eventWatches, item);
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private void tell(Consumer<CallWatch> news) {
        call.news().tell(() -> now(news));
    }

    /** Called inside of the news. */
    private void now(Consumer<CallWatch> news) {
        if (!endTold) {
            told.forEach(each -> each.by.tell(() -> news.accept(each.watch)));
        }
    }

    @Override
    public void ended(Outcome outcome, @Nullable Throwable thrown) {
        if (ended.compareAndSet(false, true)) {
            Duration elapsed = elapsed();
            Optional<LlmException> failure = Optional.ofNullable(thrown).map(LlmException::of);
            call.news().tell(() -> tellEnd(outcome, failure, elapsed));
        }
    }

    // ---- inside of the news

    /** An attempt begins, unless the call is over. It counts as open before a listener sees it. */
    void attempt(OpenAttempt attempt) {
        if (!endTold) {
            attempts++;
            answeredBy = "";
            open.add(attempt);
            told.forEach(each -> attempt.ask(each.by, each.watch));
        }
    }

    void retried(Retry retry) {
        now(watch -> watch.retry(retry));
    }

    void attemptEnded(OpenAttempt attempt, AttemptEnd end) {
        open.remove(attempt);
        AttemptEnd before = last;
        if (before == null || end.number() > before.number()) {
            last = end;
            waste(before);
        } else {
            waste(end);
        }
    }

    private void waste(@Nullable AttemptEnd end) {
        if (end != null && end.spent().isPresent()) {
            Spent more = end.spent().get();
            wasted = wasted == null ? more : wasted.plus(more);
        }
    }

    private void tellEnd(Outcome outcome, Optional<LlmException> failure, Duration elapsed) {
        for (OpenAttempt each : List.copyOf(open)) {
            each.tellEnd();
        }
        AttemptEnd by = last;
        AttemptEnd seen = answeredBy.isEmpty() ? by : null;
        if (seen == null) {
            waste(by);
        }
        String model = by == null ? Objects.requireNonNull(request).model() : by.model();
        CallEnd end = new CallEnd(
                outcome,
                by == null ? "" : by.backend(),
                answeredBy.isEmpty() || tally.model().isEmpty() ? model : tally.model(),
                Optional.ofNullable(tally.stopReason()),
                seen == null ? Optional.empty() : seen.spent(),
                Optional.ofNullable(wasted),
                attempts,
                answeredBy,
                tally.progress(),
                failure,
                elapsed);
        now(watch -> watch.end(end));
        endTold = true;
    }

    /** What a listener sees of the beginning. */
    private final class Start implements CallStart {
        private final Place own;
        private final CompletionRequest asked;
        private CallContext context;
        private @Nullable CallContext shown; // for calls of the listener; made when it is asked for
        private @Nullable CompletionRequest shownRequest;
        private boolean over;

        Start(Place own, CompletionRequest asked, CallContext context) {
            this.own = own;
            this.asked = asked;
            this.context = context;
        }

        @Override
        public String callId() {
            return call.id();
        }

        @Override
        public CompletionRequest request() {
            CompletionRequest request = shownRequest;
            if (request == null) {
                request = asked.withContext(context());
                shownRequest = request;
            }
            return request;
        }

        @Override
        public CallContext context() {
            CallContext mine = shown;
            if (mine == null) {
                mine = Enclosing.handed(context, own);
                shown = mine;
            }
            return mine;
        }

        @Override
        public String provider() {
            return provider;
        }

        @Override
        public boolean streaming() {
            return streaming;
        }

        @Override
        public <T> void carry(CallContext.Key<T> key, T value) {
            if (over) {
                throw new IllegalStateException("Attributes can be added inside of begin() only.");
            }
            context = context.with(key, value);
            shown = null;
            shownRequest = null;
        }
    }
}
