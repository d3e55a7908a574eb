package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.Usage;
import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.AttemptStart;
import dev.postern.call.CallListener.AttemptWatch;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.CallListener.Progress;
import dev.postern.call.CallListener.Spent;
import dev.postern.call.CallListener.Why;
import dev.postern.flow.SecretNames;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt, from the question whether listeners want to see it to its only end. It counts what is delivered, and tells the news. The
 * end is decided once, by whoever comes first: the answer, the caller, or the end of the call.
 */
final class OpenAttempt implements CallScope.Attempt, AttemptStart, Observed {
    private final Place place;
    private final CallScope.Exchange<?> exchange;
    private final CompletionRequest request;
    private final int number;
    private final String backend;
    private final String model;
    private final Why why;
    private final long begun = System.nanoTime();
    private final Tally tally = new Tally();
    private final Map<String, String> headers = new LinkedHashMap<>(4);
    private final AtomicReference<@Nullable Supplier<AttemptEnd>> end = new AtomicReference<>();
    private boolean accepting; // headers; used inside of the news only
    private volatile boolean sawToken;
    private volatile boolean headCame;

    // Written inside of the news, before the first item.
    private final List<Told> told = new ArrayList<>(2);
    private List<EachEvent> eventWatches = List.of();
    private boolean endTold; // used inside of the news only

    /** A listener that wants to see this attempt. */
    private record Told(Registered by, AttemptWatch watch) {}

    OpenAttempt(Place place, CallScope.Exchange<?> exchange, CompletionRequest request, int number, Why why) {
        this.place = place;
        this.exchange = exchange;
        this.request = request;
        this.number = number;
        this.backend = place.nameOf(exchange.backend());
        this.model = exchange.model();
        this.why = why;
    }

    /** Asks a listener whether it wants to see this attempt. Called inside of the news. */
    void ask(Registered by, CallListener.CallWatch watch) {
        accepting = true;
        by.tell(() -> {
            AttemptWatch made = watch.attempt(this);
            if (made != AttemptWatch.NONE) {
                told.add(new Told(by, made));
                eventWatches = Observed.plus(eventWatches, by, made);
            }
        });
        accepting = false;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public String backend() {
        return backend;
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public String address() {
        return exchange.address();
    }

    @Override
    public Why why() {
        return why;
    }

    @Override
    public CallContext context() {
        return Enclosing.handed(request.context(), place);
    }

    @Override
    public CompletionRequest request() {
        return request;
    }

    @Override
    public void header(String name, String value) {
        if (!accepting) {
            throw new IllegalStateException("Headers can be added inside of attempt() only.");
        }
        if (SecretNames.isSecret(name)) {
            throw new IllegalArgumentException(
                    "The header '" + name + "' may carry a secret, which a listener must not send.");
        }
        if (name.regionMatches(true, 0, "x-amz-", 0, 6)) {
            throw new IllegalArgumentException(
                    "The header '" + name + "' would have to be signed; a listener cannot add it.");
        }
        try {
            HttpRequest.newBuilder().setHeader(name, value);
        } catch (IllegalArgumentException e) { // its message has the value
            throw new IllegalArgumentException("The header '" + name
                    + "' cannot be sent: its name is reserved, or name or value contain characters that HTTP does not"
                    + " allow.");
        }
        headers.put(name, value);
    }

    @Override
    public Map<String, String> headers() {
        return headers;
    }

    @Override
    public void head(int status, String serverRequestId) {
        if (!headCame) {
            headCame = true;
            if (!told.isEmpty()) {
                Duration since = elapsed();
                tell(watch -> watch.head(status, serverRequestId, since));
            }
        }
    }

    @Override
    public void item(Object item) {
        boolean content = tally.count(item);
        if (content && !sawToken) {
            sawToken = true;
            if (!told.isEmpty()) {
                Duration since = elapsed();
                tell(watch -> watch.firstToken(since));
            }
        }
        Observed.each(eventWatches, item);
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private void tell(Consumer<AttemptWatch> news) {
        place.news().tell(() -> {
            if (!endTold) {
                told.forEach(each -> each.by.tell(() -> news.accept(each.watch)));
            }
        });
    }

    @Override
    public void ended(Outcome outcome, @Nullable Throwable thrown) {
        if (end.get() == null && decide(outcome, thrown == null ? null : described(LlmException.of(thrown)))) {
            place.news().tell(this::tellEnd);
        }
    }

    private LlmException described(LlmException failure) {
        try {
            return exchange.describe(failure);
        } catch (RuntimeException | Error e) { // a defect of the provider; the failure is told unchanged
            return failure;
        }
    }

    private boolean decide(Outcome outcome, @Nullable LlmException failure) {
        return end.get() == null && end.compareAndSet(null, endOf(outcome, failure));
    }

    /** An end with what is known now. The estimate is made when the end is told, because it is code of the application. */
    private Supplier<AttemptEnd> endOf(Outcome outcome, @Nullable LlmException failure) {
        String answered = tally.model().isEmpty() ? model : tally.model();
        Optional<StopReason> stopReason = Optional.ofNullable(tally.stopReason());
        Usage usage = tally.usage();
        Progress progress = tally.progress();
        Duration elapsed = elapsed();
        return () -> new AttemptEnd(
                number,
                outcome,
                backend,
                answered,
                stopReason,
                Spent.of(request, outcome, failure, usage, progress, place::estimate),
                progress,
                Optional.ofNullable(failure),
                elapsed);
    }

    /** Tells the end, once; as cancelled if nothing else was decided. Called inside of the news. */
    void tellEnd() {
        decide(Outcome.CANCELLED, null);
        Supplier<AttemptEnd> decided = end.get();
        if (!endTold && decided != null) {
            endTold = true;
            AttemptEnd how = decided.get();
            told.forEach(each -> each.by.tell(() -> each.watch.end(how)));
            place.attemptEnded(this, how);
        }
    }
}
