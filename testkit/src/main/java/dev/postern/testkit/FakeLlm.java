package dev.postern.testkit;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A provider for tests that answers from a script and needs no network. It gives the answers in order, one for each call, whole
 * or as a stream; a stream delivers exactly the events that are requested.
 *
 * <pre>{@code
 * FakeLlm llm = FakeLlm.answering("Hel", "lo").cutAfter(1)  // the first stream is cut after "Hel"
 *         .thenFail(Kind.OVERLOADED)                         // the second call fails before its answer
 *         .thenToolCall("get_weather", Map.of("city", "Paris"))
 *         .thenText("18 °C");
 * }</pre>
 *
 * <p>A method that begins with {@code then} adds an answer. The methods {@link #failAfter}, {@link #cutAfter}, {@link
 * #hangAfter}, {@link #withoutStop}, {@link #delayed}, {@link #paced}, {@link #heldUntil}, {@link #usage} and {@link #times}
 * change the last answer, until it is used. A call beyond the last answer fails with {@link Kind#CONFIGURATION}, unless {@link
 * #repeatLast} was called.
 *
 * <p>Texts and tool calls report 10 tokens in and 5 out. An answer that names no model has the requested one. A failure that
 * names no backend has the name of this provider; each call gets a copy of it.
 *
 * <p>A call fails at the deadline of its context, as those of real providers do. The time until then is measured by the {@link #clock}. A
 * call whose deadline is over is not among the {@link #requests} and uses no answer.
 *
 * <p>Thread-safe. Events come on the thread that requests them, advances the clock or completes the awaited stage. Cancelling a
 * call ends its waits.
 */
public final class FakeLlm implements LlmProvider {
    private final String name;
    private final FakeScript<CompletionRequest, FakeAnswer> script = new FakeScript<>();
    private final FakeCalls calls = new FakeCalls();
    private final AtomicInteger toolCalls = new AtomicInteger();
    private volatile Timer timer = Timer.system();
    private volatile Timer deadlines = Timer.system();
    private volatile List<ModelInfo> models = List.of();
    private volatile @Nullable ProviderHealth health;

    private FakeLlm(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /** A fake with this name and an empty script. The name is the backend in failures and routes; default {@code fake}. */
    public static FakeLlm named(String name) {
        return new FakeLlm(name);
    }

    /** A fake whose first answer is this text, one event for each piece. */
    public static FakeLlm answering(String... pieces) {
        return named("fake").thenText(pieces);
    }

    /** A fake whose first answer is a call of this tool, see {@link #thenToolCall}. */
    public static FakeLlm calling(String tool, Map<String, ?> arguments) {
        return named("fake").thenToolCall(tool, arguments);
    }

    /** A fake whose first call fails. */
    public static FakeLlm failing(Kind kind) {
        return named("fake").thenFail(kind);
    }

    /** A fake that computes all its answers, see {@link #thenRespond}. */
    public static FakeLlm responding(Function<CompletionRequest, CompletionResponse> function) {
        return named("fake").thenRespond(function).repeatLast();
    }

    // ---- answers ----------------------------------------------------------------------------------------------------

    /** Adds a text, one event for each piece. */
    public FakeLlm thenText(String... pieces) {
        return then(FakeAnswer.text(pieces));
    }

    /** Adds a call of a tool with these arguments. Its id is {@code call_1}, the next one's {@code call_2}, and so on. The values are JSON; the caller gets each number in the class in which providers read it. */
    public FakeLlm thenToolCall(String tool, Map<String, ?> arguments) {
        return thenToolCalls(FakeAnswer.toolCall("call_" + toolCalls.incrementAndGet(), tool, arguments));
    }

    /** Adds an answer that calls these tools. */
    public FakeLlm thenToolCalls(ToolCall... all) {
        return then(FakeAnswer.toolCalls(List.of(all)));
    }

    /** Adds this answer. A whole answer is this object, if it names a model. */
    public FakeLlm thenAnswer(CompletionResponse answer) {
        return then(FakeAnswer.of(answer));
    }

    /** Adds an answer of these events, whatever their order. A whole answer is what {@link CompletionCollector} makes of them. */
    public FakeLlm thenEvents(StreamEvent... events) {
        return then(FakeAnswer.events(Arrays.asList(events)));
    }

    /** Adds a failure before the answer. */
    public FakeLlm thenFail(LlmException failure) {
        return then(FakeAnswer.failing(failure));
    }

    /** Adds a failure of this kind before the answer. */
    public FakeLlm thenFail(Kind kind) {
        return thenFail(scripted(kind));
    }

    /** Adds a call without an answer: it hangs until it is cancelled, its deadline is over, or this provider is closed. */
    public FakeLlm thenHang() {
        return then(FakeAnswer.hanging());
    }

    /**
     * Adds an answer that is computed from the request, on the thread of the call. What the function throws is the failure of the
     * call, as {@link LlmException#of} converts it.
     */
    public FakeLlm thenRespond(Function<CompletionRequest, CompletionResponse> function) {
        script.addComputed(request -> FakeAnswer.of(function.apply(request)));
        return this;
    }

    private FakeLlm then(FakeAnswer answer) {
        script.add(answer);
        return this;
    }

    /** The last answer is used for each further call. */
    public FakeLlm repeatLast() {
        script.repeatLast();
        return this;
    }

    // ---- changes of the last answer ---------------------------------------------------------------------------------

    /** The last answer fails after so many events. Completion and usage are events, too. */
    public FakeLlm failAfter(int events, LlmException failure) {
        return change(answer -> answer.after(events, new Step.Fail(failure)));
    }

    /** The last answer fails with this kind after so many events. */
    public FakeLlm failAfter(int events, Kind kind) {
        return failAfter(events, scripted(kind));
    }

    /** The connection is lost after so many events of the last answer: {@link Kind#INCOMPLETE_STREAM}. */
    public FakeLlm cutAfter(int events) {
        return failAfter(
                events,
                new LlmException(Kind.INCOMPLETE_STREAM, "The connection was closed before the answer was complete."));
    }

    /** After so many events, the last answer hangs until it is cancelled or this provider is closed. */
    public FakeLlm hangAfter(int events) {
        return change(answer -> answer.after(events, new Step.Hang()));
    }

    /**
     * The last answer ends without its stop event, which violates the contract of a stream. A whole answer fails with {@link
     * Kind#INCOMPLETE_STREAM}.
     */
    public FakeLlm withoutStop() {
        return change(FakeAnswer::withoutStop);
    }

    /** The last answer, or its failure, comes after this time of the {@link #clock}. */
    public FakeLlm delayed(Duration time) {
        return change(answer -> answer.startingWith(new Step.Delay(time)));
    }

    /** Each event of the last answer comes this time after the one before, by the {@link #clock}. */
    public FakeLlm paced(Duration time) {
        return change(answer -> answer.paced(time));
    }

    /** The last answer waits for this stage. If the stage fails, so does the call. The stage is never cancelled. */
    public FakeLlm heldUntil(CompletionStage<?> stage) {
        return change(answer -> answer.startingWith(new Step.Await(stage)));
    }

    /** The usage that the last answer reports; null if it reports none. */
    public FakeLlm usage(@Nullable Usage usage) {
        return change(answer -> answer.usage(usage));
    }

    /** The last answer is used for so many calls. */
    public FakeLlm times(int calls) {
        script.times(calls);
        return this;
    }

    private FakeLlm change(UnaryOperator<FakeAnswer> change) {
        script.change(change);
        return this;
    }

    // ---- settings ---------------------------------------------------------------------------------------------------

    /** The clock of calls that begin from now on; the system's without this. */
    public FakeLlm clock(FakeClock clock) {
        timer = clock.timer();
        deadlines = clock.deadlines();
        return this;
    }

    /** The models that {@link #listModels} returns; none without this. */
    public FakeLlm models(String... names) {
        models = Arrays.stream(names)
                .map(model -> new ModelInfo(model, name, List.of()))
                .toList();
        return this;
    }

    /** What {@link #health()} returns; without this, that the provider is up. */
    public FakeLlm health(ProviderHealth answer) {
        health = answer;
        return this;
    }

    /**
     * Forgets the script, the requests and the counts of calls, so that tests can share this object. Calls that run go on, and the clock,
     * the models and the health stay as they are.
     */
    public FakeLlm reset() {
        script.clear();
        calls.forget();
        toolCalls.set(0);
        return this;
    }

    // ---- what happened ----------------------------------------------------------------------------------------------

    /** All requests so far, in order. A stream is a request when it is subscribed to. */
    public List<CompletionRequest> requests() {
        return calls.requests();
    }

    /** The request with this number; the first one is 0. */
    public CompletionRequest request(int number) {
        return calls.requests().get(number);
    }

    /** The request with this number; the first one is 0. Waits for it, and fails after 30 seconds. */
    public CompletionRequest awaitRequest(int number) {
        return calls.awaitRequest(number);
    }

    /** The number of calls that run now. */
    public int running() {
        return calls.running();
    }

    /** The number of calls that the caller cancelled before their end. */
    public int cancelled() {
        return calls.cancelled();
    }

    /** Waits until at least so many calls were cancelled. Fails after 30 seconds. */
    public void awaitCancelled(int count) {
        calls.awaitCancelled(count);
    }

    /** Waits until no call runs. Fails after 30 seconds. */
    public void awaitIdle() {
        calls.awaitIdle();
    }

    /** The number of answers that were not used yet. */
    public int unusedAnswers() {
        return script.left();
    }

    // ---- the provider -----------------------------------------------------------------------------------------------

    @Override
    public String name() {
        return name;
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            start(request, next(request), subscriber);
        };
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        AtomicReference<CompletionResponse> whole = new AtomicReference<>();
        CompletableFuture<CompletionResponse> collected = CompletionCollector.collect(subscriber -> {
            FakeAnswer answer = next(request);
            whole.set(answer.whole());
            start(request, answer, subscriber);
        });
        CompletableFuture<CompletionResponse> result = new CompletableFuture<>();
        var unused = collected.whenComplete((answer, thrown) -> {
            if (thrown != null) {
                result.completeExceptionally(thrown);
            } else {
                result.complete(Objects.requireNonNullElse(whole.get(), answer));
            }
        });
        unused = result.whenComplete((answer, thrown) -> collected.cancel(true)); // nothing if it is complete
        return result;
    }

    /** The answer of this request, which may be a failure. */
    private FakeAnswer next(CompletionRequest request) {
        if (request.context().remaining().filter(Duration::isNegative).isPresent()) {
            calls.refused();
            return FakeAnswer.failing(FakeFailures.deadlineBeforeSending());
        }
        int number = calls.asked(request);
        var answer = script.take();
        try {
            return answer == null
                    ? FakeAnswer.failing(FakeFailures.scriptUsedUp(this, number, request))
                    : answer.apply(request).by(request.model());
        } catch (RuntimeException | Error e) {
            return FakeAnswer.failing(LlmException.of(e));
        }
    }

    private void start(CompletionRequest request, FakeAnswer answer, Flow.Subscriber<? super StreamEvent> subscriber) {
        UnaryOperator<LlmException> described = failure -> FakeFailures.described(failure, name, request.model());
        new FakeCall(calls, answer.steps(), timer, described, subscriber)
                .start(request.context().remaining(), deadlines);
    }

    private static LlmException scripted(Kind kind) {
        return new LlmException(kind, "The backend fails with " + kind + ", as the script of the test says.");
    }

    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return CompletableFuture.completedFuture(models);
    }

    @Override
    public CompletableFuture<ProviderHealth> healthAsync() {
        ProviderHealth fixed = health;
        return fixed == null ? LlmProvider.super.healthAsync() : CompletableFuture.completedFuture(fixed);
    }

    /** Ends the running calls with {@link Kind#CANCELLED}; further calls fail with {@link Kind#CONFIGURATION}. */
    @Override
    public void close() {
        calls.close();
    }

    int answersGiven() {
        return script.taken();
    }

    @Override
    public String toString() {
        return "FakeLlm[" + name + ", " + script.taken() + " answers used, " + script.left() + " left]";
    }
}
