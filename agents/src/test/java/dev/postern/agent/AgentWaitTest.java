package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.Message;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.WaitingCaller;
import dev.postern.testkit.project.ScriptedModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A blocking run: all of its calls are started as for a waiting caller, and it never blocks the selector thread. */
@Timeout(60)
class AgentWaitTest {
    private final Queue<Boolean> waits = new ConcurrentLinkedQueue<>();

    /** Calls a tool first and answers then, so the second call starts on the thread of the tool. */
    private Agent agent() {
        AtomicInteger turns = new AtomicInteger();
        ScriptedModel model = ScriptedModel.by(request -> {
            waits.add(WaitingCaller.isPresent());
            return turns.getAndIncrement() == 0 ? call() : ScriptedModel.text("done");
        });
        return Agent.builder(model)
                .name("worker")
                .tools(List.of(TestTools.tool("look", arguments -> "seen")))
                .build();
    }

    private static CompletionResponse call() {
        return ScriptedModel.calls(ScriptedModel.call("1", "look", Map.of()));
    }

    @Test
    void everyModelCallOfABlockingRunHasAWaitingCaller() {
        assertThat(agent().run("Look.").text()).isEqualTo("done");

        assertThat(waits).containsExactly(true, true);
        assertThat(WaitingCaller.isPresent()).isFalse();
    }

    @Test
    void noModelCallOfAFutureHasAWaitingCaller() throws Exception {
        assertThat(agent().runAsync(AgentInput.of("Look."))
                        .get(30, TimeUnit.SECONDS)
                        .text())
                .isEqualTo("done");

        assertThat(waits).containsExactly(false, false);
    }

    /** Calls an asynchronous tool after its approval, with a conversation; each of these records the mark. */
    private Agent recordingAgent() {
        Tool look = Tool.async(TestTools.definition("look"), arguments -> {
            waits.add(WaitingCaller.isPresent());
            return CompletableFuture.completedFuture("seen");
        });
        AtomicInteger turns = new AtomicInteger();
        return Agent.builder(
                        ScriptedModel.by(request -> turns.getAndIncrement() == 0 ? call() : ScriptedModel.text("done")))
                .tool(look)
                .approval(call -> {
                    waits.add(WaitingCaller.isPresent());
                    return CompletableFuture.completedFuture(ToolApproval.Decision.APPROVED);
                })
                .conversations(
                        new ForwardingMemory(InMemoryConversations.builder().build()) {
                            @Override
                            public List<Message> history(SessionKey session, int count) {
                                waits.add(WaitingCaller.isPresent());
                                return List.of();
                            }
                        })
                .build();
    }

    private static AgentInput inSession() {
        return AgentInput.of("Look.").withSession("s");
    }

    /** They may call models, too. */
    @Test
    void toolsApprovalsAndMemoriesOfABlockingRunHaveAWaitingCaller() {
        assertThat(recordingAgent().run(inSession()).text()).isEqualTo("done");

        assertThat(waits).containsExactly(true, true, true);
    }

    @Test
    void toolsApprovalsAndMemoriesOfAFutureHaveNoWaitingCaller() throws Exception {
        assertThat(recordingAgent()
                        .runAsync(inSession())
                        .get(30, TimeUnit.SECONDS)
                        .text())
                .isEqualTo("done");

        assertThat(waits).containsExactly(false, false, false);
    }

    /** The executor of a transport runs no part of a call for which a thread waits; here it is the model's. */
    @Test
    void toolsThatCallModelsDoNotNeedTheOnlyThreadThatWaits() throws Exception {
        ExecutorService only = Executors.newSingleThreadExecutor();
        try {
            LlmProvider expertModel = new OnExecutor(only, ScriptedModel.by(request -> ScriptedModel.text("yes")));
            Agent expert = Agent.builder(expertModel).name("expert").build();
            AtomicInteger turns = new AtomicInteger();
            LlmProvider model = new OnExecutor(
                    only,
                    ScriptedModel.by(request -> turns.getAndIncrement() == 0
                            ? ScriptedModel.calls(
                                    ScriptedModel.call("1", "ask_agent", Map.of()),
                                    ScriptedModel.call("2", "ask_model", Map.of()))
                            : ScriptedModel.text("done")));
            Agent agent = Agent.builder(model)
                    .tool(Tool.async(
                            TestTools.definition("ask_agent"),
                            arguments -> expert.runAsync("Is it?").thenApply(AgentResult::text)))
                    .tool(Tool.async(
                            TestTools.definition("ask_model"),
                            arguments -> expertModel
                                    .completionsAsync(CompletionRequest.of("Is it?"))
                                    .thenApply(CompletionResponse::content)))
                    .limits(AgentLimits.defaults().withToolTime(Duration.ofMinutes(5)))
                    .build();

            AgentResult result = only.submit(() -> agent.run("Ask.")).get(40, TimeUnit.SECONDS);

            assertThat(result.toolCalls())
                    .extracting(executed -> executed.result().text())
                    .containsExactly("yes", "yes");
        } finally {
            only.shutdownNow();
        }
    }

    /** Answers on an executor, or on another thread if a thread waits, as a transport with this executor does. */
    private record OnExecutor(Executor executor, LlmProvider model) implements LlmProvider {
        @Override
        public String name() {
            return model.name();
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            Executor used = WaitingCaller.isPresent() ? ForkJoinPool.commonPool() : executor;
            return CompletableFuture.supplyAsync(() -> model.completions(request), used);
        }
    }

    @Test
    void aBlockingRunInsideANonBlockingSubscriberFailsAtOnce() {
        Agent agent = agent();
        AtomicReference<Throwable> thrown = new AtomicReference<>();

        Dispatcher.shared().deliveryTo(new RunsInOnNext(agent, thrown), true).next("item");

        assertThat(thrown.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Agent.run would block inside onNext of a NonBlockingSubscriber");
        assertThat(waits).isEmpty();
    }

    private record RunsInOnNext(Agent agent, AtomicReference<Throwable> thrown) implements Flow.Subscriber<String> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(1);
        }

        @Override
        public void onNext(String item) {
            thrown.set(catchThrowable(() -> agent.run("Look.")));
        }

        @Override
        public void onError(Throwable failure) {
            thrown.set(failure);
        }

        @Override
        public void onComplete() {
            // no more items
        }
    }
}
