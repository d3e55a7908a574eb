package dev.postern.agent;

import static dev.postern.agent.TestTools.named;
import static dev.postern.agent.TestTools.tool;
import static dev.postern.testkit.project.ScriptedModel.answer;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.Message;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.agent.RunListener.ToolOutcome;
import dev.postern.agent.TestTools.Stuck;
import dev.postern.call.CallListener.Outcome;
import dev.postern.flow.Dispatcher;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.QuietLog;
import dev.postern.testkit.project.ScriptedModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What listeners are told of runs that end in each way. */
@Timeout(60)
class RunListenerTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private final RunLog log = new RunLog();
    private final ManualModel model = new ManualModel();
    private final ManualTimer timer = new ManualTimer();
    private final Stuck stuck = new Stuck();
    private final List<String> blocking = new CopyOnWriteArrayList<>();

    private AgentBuilder agent(LlmProvider llm) {
        return Agent.builder(llm).listener(log);
    }

    private AgentBuilder calling(ToolCall... calls) {
        return agent(ScriptedModel.of(calls(calls), text("Done.")));
    }

    @Test
    void aRunIsSeenInOrder() throws Exception {
        ScriptedModel scripted =
                ScriptedModel.of(answer(Usage.of(5, 2), "", call("1", "a")), answer(Usage.of(9, 1), "Done."));
        AgentResult result = agent(scripted)
                .name("helper")
                .owner("team")
                .description("helps")
                .tool(named("a"))
                .build()
                .run(AgentInput.of("Go").withSession("s1"));

        RunLog.Seen run = log.awaitEnd("helper");
        assertThat(run.news)
                .containsExactly(
                        "turn 1", "turn 1 ANSWERED", "a", "a RETURNED", "turn 2", "turn 2 ANSWERED", "end ANSWERED");
        assertThat(run.start.owner()).isEqualTo("team");
        assertThat(run.start.description()).isEqualTo("helps");
        assertThat(run.start.input().message()).isEqualTo("Go");
        assertThat(run.start.sessionId()).isEqualTo("s1");
        assertThat(run.start.streaming()).isFalse();
        assertThat(run.start.depth()).isZero();
        assertThat(run.end.result()).contains(result);
        assertThat(run.end.totalUsage()).contains(Usage.of(14, 3));
        assertThat(run.end.turns()).isEqualTo(2);
        assertThat(run.end.toolCalls()).isEqualTo(1);
        assertThat(run.end.failure()).isEmpty();
        assertThat(run.turns.get(0).toolCalls()).isEqualTo(1);
        assertThat(run.turns.get(0).stopReason()).contains(StopReason.TOOL_USE);
        assertThat(run.turns.get(1).usage()).contains(Usage.of(9, 1));
        assertThat(run.tools.get("1").result().orElseThrow().text()).isEqualTo("result of a");
        assertThat(run.toolStarts.get(0).turn()).isEqualTo(1);
        assertThat(run.toolStarts.get(0).description()).isEqualTo("Does a.");
        assertThat(run.toolStarts.get(0).agent()).isEmpty();
    }

    @Test
    void theEndIsToldBeforeTheCallerHasTheResult() {
        agent(ScriptedModel.of(text("Hi"))).build().run("Go");

        assertThat(log.ended()).isEqualTo(1);
    }

    @Test
    void parallelToolsAreToldOneAtATime() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        Agent agent = calling(call("1", "a"), call("2", "b"))
                .tool(tool("a", input -> meet(both)))
                .tool(tool("b", input -> meet(both)))
                .build();

        agent.run("Go");

        RunLog.Seen run = log.awaitEnd();
        assertThat(run.news.subList(2, 4)).containsExactly("a", "b");
        assertThat(run.news.subList(4, 6)).containsExactlyInAnyOrder("a RETURNED", "b RETURNED");
        assertThat(run.end.toolCalls()).isEqualTo(2);
    }

    private static String meet(CountDownLatch all) {
        all.countDown();
        Watcher.await(all);
        return "met";
    }

    @Test
    void aCancelWhileTheModelAnswersIsSeenWithWhatItCost() throws Exception {
        Watcher watcher = Watcher.of(agent(model).build().stream("Go"));
        model.next().says("Hel").emits(new StreamEvent.UsageReported(Usage.of(7, 1)));

        watcher.cancel();

        RunLog.Seen run = log.awaitEnd();
        assertThat(run.news).containsExactly("turn 1", "turn 1 CANCELLED", "end CANCELLED");
        assertThat(run.start.streaming()).isTrue();
        assertThat(run.end.totalUsage()).contains(Usage.of(7, 1));
        assertThat(run.end.result()).isEmpty();
    }

    @Test
    void aCancelWhileAToolRunsIsSeen() throws Exception {
        Watcher watcher = Watcher.of(calling(call("1", "a")).tool(stuck.blocking("a")).build().stream("Go"));
        Watcher.await(stuck.begun);

        watcher.cancel();

        RunLog.Seen run = log.awaitEnd();
        assertThat(run.news).containsExactly("turn 1", "turn 1 ANSWERED", "a", "a CANCELLED", "end CANCELLED");
        assertThat(run.tools.get("1").result()).isEmpty();
        Watcher.await(stuck.interrupted);
    }

    @Test
    void aCancelWhileAnApprovalDecidesIsSeen() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        Watcher watcher = Watcher.of(calling(call("1", "a"))
                .tool(named("a"))
                .approval(call -> {
                    asked.countDown();
                    return new CompletableFuture<>();
                })
                .build()
                .stream("Go"));
        Watcher.await(asked);

        watcher.cancel();

        assertThat(log.awaitEnd().news).endsWith("a", "a CANCELLED", "end CANCELLED");
    }

    @Test
    void aCancelBeforeTheFirstTurnIsSeen() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        Watcher watcher = Watcher.of(agent(model)
                .conversations(new ForwardingMemory(InMemoryConversations.create()) {
                    @Override
                    public List<Message> history(SessionKey session, int turns) {
                        reading.countDown();
                        stuck.block();
                        return List.of();
                    }
                })
                .build()
                .stream(AgentInput.of("Go").withSession("s")));
        Watcher.await(reading);

        watcher.cancel();

        assertThat(log.awaitEnd().news).containsExactly("end CANCELLED");
    }

    @Test
    void aCancelInsideOnSubscribeIsSeen() throws Exception {
        agent(model).build().stream("Go").subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.cancel();
            }

            @Override
            public void onNext(AgentEvent event) {}

            @Override
            public void onError(Throwable thrown) {}

            @Override
            public void onComplete() {}
        });

        assertThat(log.awaitEnd().news).containsExactly("end CANCELLED");
        assertThat(model.hasRequest()).isFalse();
    }

    @Test
    void aCancelledFutureIsSeen() throws Exception {
        CompletableFuture<AgentResult> future = agent(model).build().runAsync("Go");
        model.next();

        future.cancel(true);

        assertThat(log.awaitEnd().news).endsWith("turn 1 CANCELLED", "end CANCELLED");
    }

    @Test
    void callsThatDoNotRunAreSeen() throws Exception {
        calling(call("1", "unknown"), ToolCall.malformed("2", "a", "{"), call("3", "refused"), call("4", "limit"))
                .tool(named("a"))
                .tool(named("refused"))
                .tool(named("limit"))
                .limits(AgentLimits.defaults().withMaxToolCalls(3))
                .approval(call -> CompletableFuture.completedFuture(ToolApproval.Decision.refused("no")))
                .build()
                .run("Go");

        RunLog.Seen run = log.awaitEnd();
        assertThat(run.tools).hasSize(4);
        assertThat(run.tools.values()).allSatisfy(end -> {
            assertThat(end.outcome()).isEqualTo(ToolOutcome.NOT_RUN);
            assertThat(end.result().orElseThrow().isError()).isTrue();
        });
        assertThat(run.end.result().orElseThrow().end()).isEqualTo(AgentEnd.MAX_TOOL_CALLS);
    }

    @Test
    void failingToolsAndApprovalsAreSeenWithTheirFailures() throws Exception {
        IllegalStateException broken = new IllegalStateException("broken");
        calling(call("1", "a"), call("2", "b"))
                .tool(tool("a", input -> {
                    throw broken;
                }))
                .tool(named("b"))
                .approval(call -> call.name().equals("a")
                        ? CompletableFuture.completedFuture(ToolApproval.Decision.APPROVED)
                        : CompletableFuture.failedFuture(broken))
                .build()
                .run("Go");

        RunLog.Seen run = log.awaitEnd();
        assertThat(run.tools.get("1").outcome()).isEqualTo(ToolOutcome.FAILED);
        assertThat(run.tools.get("1").failure()).containsSame(broken);
        assertThat(run.tools.get("2").outcome()).isEqualTo(ToolOutcome.NOT_RUN);
        assertThat(run.tools.get("2").failure()).containsSame(broken);
        assertThat(run.end.outcome()).isEqualTo(Outcome.ANSWERED);
    }

    @Test
    void aFatalToolFailsTheRun() throws Exception {
        OutOfMemoryError fatal = new OutOfMemoryError("a test");
        Agent agent = calling(call("1", "a"), call("2", "b"))
                .tool(tool("a", input -> {
                    Watcher.await(stuck.begun);
                    throw fatal;
                }))
                .tool(stuck.blocking("b"))
                .build();

        LlmException failure = catchThrowableOfType(LlmException.class, () -> agent.run("Go"));

        RunLog.Seen run = log.awaitEnd();
        assertThat(run.news).endsWith("a FAILED", "b CANCELLED", "end FAILED");
        assertThat(run.tools.get("1").failure()).containsSame(fatal);
        assertThat(run.end.failure().orElseThrow()).hasMessage(failure.getMessage());
    }

    @Test
    void aToolThatTakesTooLongIsSeen() throws Exception {
        Watcher watcher = Watcher.of(calling(call("1", "a"))
                .tool(stuck.blocking("a"))
                .timer(timer)
                .limits(AgentLimits.defaults().withToolTime(Duration.ofSeconds(3)))
                .build()
                .stream("Go"));
        Watcher.await(stuck.begun);

        timer.advance(Duration.ofSeconds(3));

        watcher.result();
        assertThat(log.awaitEnd().news).contains("a TIMED_OUT").endsWith("end ANSWERED");
    }

    @Test
    void theEndOfTheRunsTimeIsSeen() throws Exception {
        Watcher watcher = Watcher.of(
                agent(model)
                        .timer(timer)
                        .limits(AgentLimits.defaults().withTotalTime(Duration.ofSeconds(5)))
                        .build()
                        .stream("Go"));
        model.next().says("Hel").emits(new StreamEvent.UsageReported(Usage.of(7, 1)));

        timer.advance(Duration.ofSeconds(5));

        assertThat(watcher.result().end()).isEqualTo(AgentEnd.TIME);
        RunLog.Seen run = log.awaitEnd();
        assertThat(run.news).containsExactly("turn 1", "turn 1 CANCELLED", "end ANSWERED");
        assertThat(run.turns.get(0).usage()).contains(Usage.of(7, 1));
    }

    @Test
    void aFailureOfTheModelIsSeen() throws Exception {
        LlmException busy = new LlmException(LlmException.Kind.OVERLOADED, "busy");
        Agent agent = agent(ScriptedModel.by(request -> {
                    throw busy;
                }))
                .build();

        catchThrowableOfType(LlmException.class, () -> agent.run("Go"));

        RunLog.Seen run = log.awaitEnd();
        assertThat(run.news).containsExactly("turn 1", "turn 1 FAILED", "end FAILED");
        assertThat(run.turns.get(0).failure().orElseThrow().kind()).isEqualTo(LlmException.Kind.OVERLOADED);
        assertThat(run.end.failure().orElseThrow().kind()).isEqualTo(LlmException.Kind.OVERLOADED);
        assertThat(run.end.turns()).isEqualTo(1);
    }

    @Test
    void aProviderThatThrowsIsSeen() throws Exception {
        Agent agent = Agent.builder(new ThrowingProvider()).listener(log).build();

        catchThrowableOfType(LlmException.class, () -> agent.stream("Go").subscribe(new ResultSubscriber()));

        assertThat(log.awaitEnd().news).endsWith("end FAILED");
    }

    private static final class ThrowingProvider implements LlmProvider {
        @Override
        public String name() {
            return "throwing";
        }

        @Override
        public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
            throw new IllegalStateException("broken");
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            throw new IllegalStateException("broken");
        }
    }

    @Test
    void anAgentThatIsCalledHasARunOfItsOwn() throws Exception {
        Agent expert = agent(ScriptedModel.of(answer(Usage.of(3, 1), "42")))
                .name("expert")
                .build();

        calling(call("1", "call_expert", Map.of("message", "Help.")))
                .name("chief")
                .agent(expert)
                .build()
                .run("Go");

        RunLog.Seen below = log.awaitEnd("expert");
        RunLog.Seen chief = log.awaitEnd("chief");
        assertThat(chief.news).contains("call_expert", "call_expert RETURNED");
        assertThat(chief.toolStarts.get(0).agent()).isEqualTo("expert");
        assertThat(chief.end.totalUsage()).contains(Usage.of(3, 1));
        assertThat(below.news).containsExactly("turn 1", "turn 1 ANSWERED", "end ANSWERED");
        assertThat(below.start.depth()).isEqualTo(1);
        assertThat(below.context.parent()).isEqualTo(chief.start.runId());
    }

    @Test
    void anAgentThatFailsIsSeenInBothRuns() throws Exception {
        LlmException busy = new LlmException(LlmException.Kind.OVERLOADED, "busy");
        Agent expert = agent(ScriptedModel.by(request -> {
                    throw busy;
                }))
                .name("expert")
                .build();

        calling(call("1", "call_expert", Map.of("message", "Help.")))
                .name("chief")
                .agent(expert)
                .build()
                .run("Go");

        assertThat(log.awaitEnd("chief").tools.get("1").outcome()).isEqualTo(ToolOutcome.FAILED);
        assertThat(log.awaitEnd("expert").news).endsWith("end FAILED");
    }

    @Test
    void aCancelReachesTheRunsBelow() throws Exception {
        Agent expert = agent(model).name("expert").build();
        Watcher watcher = Watcher.of(
                calling(call("1", "call_expert", Map.of("message", "Help.")))
                        .name("chief")
                        .agent(expert)
                        .build()
                        .stream("Go"));
        model.next().emits(new StreamEvent.UsageReported(Usage.of(7, 1)));

        watcher.cancel();

        assertThat(log.awaitEnd("chief").news).endsWith("call_expert CANCELLED", "end CANCELLED");
        assertThat(log.awaitEnd("expert").news).endsWith("turn 1 CANCELLED", "end CANCELLED");
    }

    @Test
    void noListenerIsToldOnAThreadThatMustNotBlock() throws Exception {
        Agent agent = calling(call("1", "a"))
                .tool(named("a"))
                .listener(run -> {
                    Dispatcher.requireBlocking("begin");
                    return new RunListener.RunWatch() {
                        @Override
                        public RunListener.TurnWatch turn(RunListener.TurnStart turn) {
                            Dispatcher.requireBlocking("turn");
                            blocking.add("turn");
                            return RunListener.TurnWatch.NONE;
                        }

                        @Override
                        public RunListener.ToolWatch tool(RunListener.ToolStart tool) {
                            Dispatcher.requireBlocking("tool");
                            blocking.add("tool");
                            return RunListener.ToolWatch.NONE;
                        }

                        @Override
                        public void end(RunListener.RunEnd end) {
                            Dispatcher.requireBlocking("end");
                            blocking.add("end");
                        }
                    };
                })
                .build();
        CompletableFuture<CompletableFuture<AgentResult>> started = new CompletableFuture<>();
        Dispatcher.shared()
                .deliveryTo(new Promising(() -> started.complete(agent.runAsync("Go"))), true)
                .next("event");

        assertThat(started.get(30, TimeUnit.SECONDS).get(30, TimeUnit.SECONDS).text())
                .isEqualTo("Done.");
        assertThat(log.awaitEnd().news).endsWith("end ANSWERED");
        assertThat(blocking).containsExactly("turn", "tool", "turn", "end");
    }

    /** Runs an action where it must not block. */
    private record Promising(Runnable action) implements Flow.Subscriber<String> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {}

        @Override
        public void onNext(String event) {
            action.run();
        }

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onComplete() {}
    }

    @Test
    void allAgentsOfARegistryAreSeen() throws Exception {
        Agents agents = Agents.builder(ScriptedModel.of(
                        calls(call("1", "call_below", Map.of("message", "Help."))), text("42"), text("Done.")))
                .listener(log)
                .listener(log)
                .spec(AgentSpec.builder("top")
                        .primitive(AgentSpec.AGENTS, AgentPrimitive.of("below"))
                        .build())
                .spec(AgentSpec.builder("below").build())
                .build();

        agents.agent("top").run("Go");

        assertThat(log.awaitEnd("top").news).endsWith("end ANSWERED");
        assertThat(log.awaitEnd("below").news).endsWith("end ANSWERED");
        assertThat(log.count()).isEqualTo(2);
    }
}
