package dev.postern.agent;

import static dev.postern.agent.TestTools.named;
import static dev.postern.testkit.project.ScriptedModel.answer;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.agent.TestTools.Stuck;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.ScriptedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The signals of a run. */
class AgentStreamTest {
    private final ManualModel model = new ManualModel();
    private final ManualTimer timer = new ManualTimer();
    private final Stuck stuck = new Stuck();

    /** A provider with a given stream. */
    private record Streams(Flow.Publisher<StreamEvent> stream) implements LlmProvider {
        @Override
        public String name() {
            return "streams";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            throw new AssertionError("not asked");
        }

        @Override
        public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
            return stream;
        }
    }

    /** A provider whose stream method throws. */
    private record ThrowingProvider(RuntimeException thrown) implements LlmProvider {
        @Override
        public String name() {
            return "throwing";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            throw thrown;
        }

        @Override
        public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
            throw thrown;
        }
    }

    private static Agent twoTurns() {
        return Agent.builder(ScriptedModel.of(answer("Let me see.", call("1", "a"), call("2", "b")), text("Done.")))
                .tool(named("a"))
                .tool(named("b"))
                .build();
    }

    @Test
    void aDemandOfOneYieldsOneEvent() throws InterruptedException {
        Watcher watcher = Watcher.of(twoTurns().stream("Go"), 0);

        for (int asked = 1; asked <= 8; asked++) {
            assertThat(watcher.hasEnded()).isFalse();
            watcher.request(1);
            watcher.awaitEvents(asked);
            assertThat(watcher.events()).hasSize(asked);
        }

        watcher.result();
        assertThat(watcher.events()).hasSize(8);
    }

    @Test
    void theSubscribersDemandReachesTheModel() throws InterruptedException {
        Watcher watcher = Watcher.of(Agent.builder(model).build().stream("Go"), 4);
        ManualModel.Call call = model.next();

        assertThat(call.requested()).as("demand without the first event").isEqualTo(3);
        call.emits(new StreamEvent.ToolCallStart("1", "a"));
        assertThat(call.requested()).isEqualTo(3);
        call.emits(new StreamEvent.ToolCallDelta("1", "{}"));
        assertThat(call.requested())
                .as("one more for the event without a counterpart")
                .isEqualTo(4);
        watcher.cancel();
    }

    @Test
    void reasoningIsEmitted() throws InterruptedException {
        Watcher watcher = Watcher.of(Agent.builder(model).build().stream("Go"));
        model.next().emits(StreamEvent.ReasoningDelta.of("hm")).answers("x");

        assertThat(watcher.result().text()).isEqualTo("x");
        assertThat(watcher.events(AgentEvent.Reasoning.class)).containsExactly(new AgentEvent.Reasoning("hm"));
    }

    @Test
    void cancellingClosesTheModelsStreamAtOnce() throws InterruptedException {
        Watcher watcher = Watcher.of(Agent.builder(model).timer(timer).build().stream("Go"));
        ManualModel.Call call = model.next().says("a");

        watcher.cancel();

        assertThat(call.isCancelled()).isTrue();
        assertThat(timer.pending()).isZero();
        call.answers("b");
        assertThat(watcher.events(AgentEvent.Token.class)).hasSize(1);
        assertThat(watcher.hasEnded()).isFalse();
    }

    @Test
    void cancellingDuringAnEventClosesTheModelsStream() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        List<Watcher> self = new ArrayList<>();
        self.add(Watcher.of(Agent.builder(model).timer(timer).build().stream("Go"), Long.MAX_VALUE, event -> {
            if (event instanceof AgentEvent.Token) {
                self.get(0).cancel();
                told.countDown();
            }
        }));
        ManualModel.Call call = model.next().says("a", "b");

        Watcher.await(told);
        assertThat(call.isCancelled()).isTrue();
        assertThat(self.get(0).events(AgentEvent.Token.class)).hasSize(1);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void cancellingInTheSecondTurnClosesItsStream() throws InterruptedException {
        Watcher watcher = Watcher.of(Agent.builder(model).tool(named("a")).timer(timer).build().stream("Go"));
        ManualModel.Call first = model.next();
        first.calls(call("1", "a"));
        ManualModel.Call second = model.next();

        watcher.cancel();

        assertThat(first.isCancelled()).isFalse();
        assertThat(second.isCancelled()).isTrue();
        assertThat(timer.pending()).isZero();
    }

    @Test
    void cancellingWhileTheHistoryIsReadPreventsTheModelRequest() {
        Watcher watcher = Watcher.of(Agent.builder(model)
                .conversations(new ForwardingMemory(InMemoryConversations.create()) {
                    @Override
                    public List<dev.postern.Message> history(SessionKey session, int turns) {
                        stuck.begun.countDown();
                        Watcher.await(stuck.interrupted);
                        return super.history(session, turns);
                    }
                })
                .timer(timer)
                .build()
                .stream(AgentInput.of("Go").withSession("s")));
        Watcher.await(stuck.begun);

        watcher.cancel();
        stuck.interrupted.countDown();

        assertThat(timer.pending()).isZero();
        assertThat(model.hasRequest()).isFalse();
        assertThat(watcher.events()).isEmpty();
    }

    @Test
    void cancellingBeforeTheStartStartsNothing() {
        AtomicInteger signals = new AtomicInteger();
        Agent.builder(model).timer(timer).build().stream("Go").subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.cancel();
            }

            @Override
            public void onNext(AgentEvent event) {
                signals.incrementAndGet();
            }

            @Override
            public void onError(Throwable thrown) {
                signals.incrementAndGet();
            }

            @Override
            public void onComplete() {
                signals.incrementAndGet();
            }
        });

        assertThat(signals).hasValue(0);
        assertThat(model.hasRequest()).isFalse();
        assertThat(timer.scheduled()).isZero();
    }

    @Test
    void eachSubscriptionStartsARun() {
        ScriptedModel scripted = ScriptedModel.by(request -> text("x"));
        Flow.Publisher<AgentEvent> run = Agent.builder(scripted).build().stream("Go");
        assertThat(scripted.requests()).isEmpty();

        Watcher.of(run).result();
        Watcher.of(run).result();

        assertThat(scripted.requests()).hasSize(2);
    }

    @Test
    void aFailingModelFailsTheRun() throws InterruptedException {
        LlmException failure = new LlmException(LlmException.Kind.RATE_LIMITED, "Slowly.");
        Watcher watcher = Watcher.of(Agent.builder(model).build().stream("Go"));
        model.next().says("a").fails(failure);

        assertThat(watcher.failure())
                .hasMessage("Slowly.")
                .hasCause(failure)
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.RATE_LIMITED));
    }

    @Test
    void anUnexpectedFailureOfTheModelBecomesAnLlmException() throws InterruptedException {
        Watcher watcher = Watcher.of(Agent.builder(model).build().stream("Go"));
        model.next().fails(new IllegalStateException("odd"));

        assertThat(watcher.failure()).isInstanceOf(LlmException.class).hasRootCauseMessage("odd");
    }

    @Test
    void aFailingRequestChangeIsNotTheBackendsFault() {
        Agent agent = Agent.builder(model)
                .eachRequest(request -> {
                    throw new IllegalStateException("odd");
                })
                .build();

        assertThat(Watcher.of(agent.stream("Go")).failure())
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.CONFIGURATION))
                .hasMessageContaining("changes each request")
                .hasRootCauseMessage("odd");
    }

    @Test
    void anIncompleteStreamFailsTheRun() throws InterruptedException {
        Watcher watcher = Watcher.of(Agent.builder(model).build().stream("Go"));
        model.next().says("half").completes();

        assertThat(watcher.failure())
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.INCOMPLETE_STREAM));
    }

    @Test
    void aProviderThatThrowsFailsTheRun() {
        List<Flow.Publisher<StreamEvent>> broken = new ArrayList<>();
        broken.add(null);
        broken.add(subscriber -> {
            throw new IllegalStateException("on purpose");
        });
        broken.add(subscriber -> {
            throw new AssertionError("on purpose");
        });

        for (Flow.Publisher<StreamEvent> stream : broken) {
            Watcher watcher = Watcher.of(Agent.builder(new Streams(stream)).timer(timer).build().stream("Go"));
            assertThat(watcher.failure()).isInstanceOf(LlmException.class);
            assertThat(timer.pending()).isZero();
        }
    }

    @Test
    void aStreamThatOpensAfterTheTimeIsClosedAtOnce() {
        List<Flow.Subscriber<? super StreamEvent>> waiting = new ArrayList<>();
        Watcher watcher = Watcher.of(Agent.builder(new Streams(waiting::add)).timer(timer).build().stream("Go"));
        timer.advance(AgentLimits.defaults().totalTime());
        assertThat(watcher.result().end()).isEqualTo(AgentEnd.TIME);
        ManualModel.Call late = new ManualModel.Call(CompletionRequest.of("x"));

        waiting.get(0).onSubscribe(late);

        assertThat(late.isCancelled()).isTrue();
    }

    @Test
    void aStreamThatOpensAfterTheRunWasCancelledIsClosedAtOnce() {
        List<Flow.Subscriber<? super StreamEvent>> waiting = new ArrayList<>();
        Watcher watcher = Watcher.of(Agent.builder(new Streams(waiting::add)).timer(timer).build().stream("Go"));
        watcher.cancel();
        ManualModel.Call late = new ManualModel.Call(CompletionRequest.of("x"));

        waiting.get(0).onSubscribe(late);

        assertThat(late.isCancelled()).isTrue();
    }

    @Test
    void anInvalidRequestFailsTheRun() {
        Watcher watcher =
                Watcher.of(Agent.builder(model).eachRequest(request -> request.temperature(-1.0)).build().stream("Go"));

        assertThat(watcher.failure()).hasMessageContaining("temperature");
    }

    @Test
    void aModelThatEmitsInsideRequestWorks() {
        List<StreamEvent> script = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            script.add(new StreamEvent.ContentDelta("x"));
        }
        script.add(new StreamEvent.MessageStop(StopReason.END_TURN, "m", Map.of()));
        Agent agent = Agent.builder(new Streams(new Reentrant(script))).build();
        List<Watcher> self = new ArrayList<>();
        Flow.Publisher<AgentEvent> run = agent.stream("Go");

        BlockingQueue<Watcher> made = new LinkedBlockingQueue<>();
        Flow.Publisher<AgentEvent> spied = subscriber -> {
            made.add((Watcher) subscriber);
            run.subscribe(subscriber);
        };
        Watcher watcher = Watcher.of(spied, 1, event -> {
            if (self.isEmpty()) {
                self.add(made.element());
            }
            self.get(0).request(1);
        });

        assertThat(watcher.result().text()).hasSize(10_000);
    }

    /** Emits one item inside each request, also during the delivery of another item. */
    private record Reentrant(List<StreamEvent> script) implements Flow.Publisher<StreamEvent> {
        @Override
        public void subscribe(Flow.Subscriber<? super StreamEvent> subscriber) {
            AtomicInteger next = new AtomicInteger();
            subscriber.onSubscribe(new Flow.Subscription() {
                private boolean emitting;
                private long wanted;

                @Override
                public void request(long n) {
                    wanted += n;
                    if (emitting) {
                        return;
                    }
                    emitting = true;
                    while (wanted-- > 0 && next.get() < script.size()) {
                        subscriber.onNext(script.get(next.getAndIncrement()));
                        if (next.get() == script.size()) {
                            subscriber.onComplete();
                        }
                    }
                    wanted = Math.max(wanted, 0);
                    emitting = false;
                }

                @Override
                public void cancel() {
                    next.set(script.size());
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Started", "Token", "ToolCallStart", "ToolCallResult", "Done"})
    void aSubscriberThatThrowsGetsOnlyTheEnd(String when) {
        AtomicInteger afterwards = new AtomicInteger();
        Watcher watcher = Watcher.of(twoTurns().stream("Go"), Long.MAX_VALUE, event -> {
            if (afterwards.get() > 0) {
                afterwards.incrementAndGet();
            }
            if (event.getClass().getSimpleName().equals(when)) {
                afterwards.incrementAndGet();
                throw new IllegalStateException("on purpose");
            }
        });

        assertThat(watcher.failure()).isInstanceOf(IllegalStateException.class).hasMessage("on purpose");
        assertThat(afterwards).hasValue(1);
    }

    @Test
    void anIllegalArgumentOfTheProviderFailsTheRunWithItsTranscript() throws InterruptedException {
        Agent agent = Agent.builder(model).build();
        Watcher signalled = Watcher.of(agent.stream("Go"));
        model.next().fails(new IllegalArgumentException("signalled"));
        assertThat(signalled.failure())
                .isInstanceOf(LlmException.class)
                .hasRootCauseMessage("signalled")
                .satisfies(failure ->
                        assertThat(((LlmException) failure).transcript()).hasSize(1));

        LlmProvider throwing = new ThrowingProvider(new IllegalArgumentException("thrown"));
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> Agent.builder(throwing).build().run("Go"))
                .satisfies(failure -> assertThat(failure.transcript()).hasSize(1))
                .havingRootCause()
                .withMessage("thrown");
    }

    @Test
    void requestingZeroFailsTheRunInEveryPhase() throws InterruptedException {
        Watcher opening = Watcher.of(twoTurns().stream("Go"), -1);
        assertThat(opening.failure())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("§3.9");

        Watcher tools = Watcher.of(
                Agent.builder(ScriptedModel.of(calls(call("1", "slow")))).tool(stuck.blocking("slow")).build().stream(
                        "Go"));
        Watcher.await(stuck.begun);
        tools.request(0);
        assertThat(tools.failure()).isInstanceOf(IllegalArgumentException.class);
        Watcher.await(stuck.interrupted);
    }

    @Test
    void nullIsRefused() {
        Agent agent = Agent.builder(model).build();

        assertThatNullPointerException().isThrownBy(() -> agent.stream("Go").subscribe(null));
        assertThatNullPointerException().isThrownBy(() -> agent.stream((AgentInput) null));
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> agent.run(" "))
                .withMessage("message: must not be empty");
    }

    @Test
    void runsWithoutEventsRequestWholeAnswers() throws Exception {
        CompletableFuture<AgentResult> result = Agent.builder(model).build().runAsync(AgentInput.of("Go"));

        model.next().answer.complete(text("whole"));

        assertThat(result.get(30, TimeUnit.SECONDS).text()).isEqualTo("whole");
    }

    @Test
    void cancellingTheFutureCancelsTheModelsFuture() throws InterruptedException {
        CompletableFuture<AgentResult> result =
                Agent.builder(model).timer(timer).build().runAsync(AgentInput.of("Go"));
        ManualModel.Call call = model.next();

        result.cancel(true);

        assertThat(call.isCancelled()).isTrue();
        assertThat(timer.pending()).isZero();
    }

    @Test
    void aFailureIsThrownToTheCallerOfRun() {
        Agent agent = Agent.builder(ScriptedModel.of()).build();

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> agent.run("Go"))
                .withMessage("The script has no further answer.")
                .satisfies(e -> assertThat(e.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(AgentStreamTest.class.getName())));
    }

    @Test
    void aRunCanBeReadByABlockingLoop() throws InterruptedException {
        BlockingQueue<AgentEvent> queue = new LinkedBlockingQueue<>();
        List<AgentEvent> read = new ArrayList<>();
        Watcher watcher = Watcher.of(twoTurns().stream("Go"), 1, queue::add);

        AgentEvent event;
        do {
            event = queue.poll(30, TimeUnit.SECONDS);
            read.add(event);
            watcher.request(1);
        } while (!(event instanceof AgentEvent.Done));

        watcher.result();
        assertThat(read).isEqualTo(watcher.events());
    }
}
