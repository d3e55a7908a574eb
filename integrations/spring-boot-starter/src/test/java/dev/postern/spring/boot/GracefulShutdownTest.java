package dev.postern.spring.boot;

import static dev.postern.spring.boot.Contexts.QUESTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.agent.AgentPrimitive;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.Agents;
import dev.postern.agent.Tool;
import dev.postern.testkit.WireServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.support.DefaultLifecycleProcessor;

/** Open calls finish before the gateway closes, within the time that Spring gives a phase. */
@Timeout(60)
class GracefulShutdownTest {
    record City(String name) {}

    /** Stops right before our own part, and says so. */
    private static final class Before implements SmartLifecycle {
        private final CountDownLatch stopped = new CountDownLatch(1);
        private volatile boolean running;

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
            stopped.countDown();
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return GracefulShutdown.PHASE + 1;
        }
    }

    private final Before before = new Before();

    private ApplicationContextRunner runner(WireServer server) {
        return Contexts.of(server).withBean(Before.class, () -> before);
    }

    private CompletableFuture<Void> closing(ConfigurableApplicationContext context) throws InterruptedException {
        CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close);
        assertThat(before.stopped.await(30, TimeUnit.SECONDS)).isTrue();
        return closed;
    }

    @Test
    void anOpenCallFinishes() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        try (WireServer server = WireServer.openai().answer("Paris").heldUntil(gate)) {
            runner(server).run(context -> {
                LlmProvider llm = context.getBean(LlmProvider.class);
                OpenCallCounter open = context.getBean(OpenCallCounter.class);
                CompletableFuture<CompletionResponse> answer = llm.completionsAsync(QUESTION);
                server.awaitExchange(0);

                CompletableFuture<Void> closed = closing(context.getSourceApplicationContext());
                assertThat(open.count()).isEqualTo(1);
                assertThat(closed).isNotDone();
                gate.complete(null);

                assertThat(answer.get(30, TimeUnit.SECONDS).content()).isEqualTo("Paris");
                closed.get(30, TimeUnit.SECONDS);
                assertThat(open.count()).isZero();
                assertThatThrownBy(() -> llm.completions(QUESTION)).hasMessageContaining("closed");
            });
        }
    }

    @Test
    void anOpenRunOfAnAgentFinishes() {
        CompletableFuture<Void> inTool = new CompletableFuture<>();
        CompletableFuture<String> gate = new CompletableFuture<>();
        Tool slow = Tool.async("get_weather", "The weather, now.", City.class, city -> {
            inTool.complete(null);
            return gate;
        });
        AgentSpec helper = AgentSpec.builder("helper")
                .primitive(AgentSpec.TOOLS, AgentPrimitive.ON)
                .build();
        try (WireServer server = WireServer.openai()
                .toolCall("get_weather", Map.of("name", "Paris"))
                .answer("It is warm.")) {
            runner(server)
                    .withBean(Tool.class, () -> slow)
                    .withBean(AgentSpec.class, () -> helper)
                    .run(context -> {
                        Agents agents = context.getBean(Agents.class);
                        CompletableFuture<String> text = CompletableFuture.supplyAsync(() ->
                                agents.agent("helper").run("How warm is it?").text());
                        inTool.get(30, TimeUnit.SECONDS);

                        CompletableFuture<Void> closed = closing(context.getSourceApplicationContext());
                        assertThat(closed).isNotDone();
                        gate.complete("18 °C");

                        assertThat(text.get(30, TimeUnit.SECONDS)).isEqualTo("It is warm.");
                        closed.get(30, TimeUnit.SECONDS);
                    });
        }
    }

    @Test
    void aCallThatTakesLongerThanThePhaseIsEnded() {
        try (WireServer server = WireServer.openai().hang()) {
            runner(server)
                    .withPropertyValues("postern.retries.max-attempts=1")
                    .withBean("lifecycleProcessor", DefaultLifecycleProcessor.class, () -> {
                        DefaultLifecycleProcessor processor = new DefaultLifecycleProcessor();
                        processor.setTimeoutPerShutdownPhase(50);
                        return processor;
                    })
                    .run(context -> {
                        CompletableFuture<CompletionResponse> answer =
                                context.getBean(LlmProvider.class).completionsAsync(QUESTION);
                        server.awaitExchange(0);

                        closing(context.getSourceApplicationContext()).get(30, TimeUnit.SECONDS);

                        assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
                                .isInstanceOf(ExecutionException.class)
                                .hasCauseInstanceOf(LlmException.class);
                        server.awaitClosed(0);
                    });
        }
    }

    @Test
    void anIdleApplicationStopsAtOnceAndClosesItsBackendsOnce() {
        CountingFactory.CLOSED.set(0);
        Contexts.plain()
                .withPropertyValues("postern.provider=" + CountingFactory.class.getName())
                .run(context -> {
                    assertThat(context.getBean(LlmProvider.class).listModels())
                            .extracting(ModelInfo::name)
                            .isEqualTo(List.of("counting"));
                    context.getSourceApplicationContext().close();
                    context.getSourceApplicationContext().close();
                    assertThat(CountingFactory.CLOSED).hasValue(1);
                });
    }
}
