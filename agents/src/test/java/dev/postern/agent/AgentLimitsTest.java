package dev.postern.agent;

import static dev.postern.agent.TestTools.named;
import static dev.postern.agent.TestTools.tool;
import static dev.postern.testkit.project.ScriptedModel.answer;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.agent.TestTools.Stuck;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.ScriptedModel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Every run ends and reports why. */
class AgentLimitsTest {
    private static final Duration TOTAL = Duration.ofSeconds(5);
    private static final String OUT_OF_TIME = "I've run out of time (5 seconds). Here's what I have so far: ";

    private final ManualTimer timer = new ManualTimer();
    private final ManualModel model = new ManualModel();
    private final Stuck stuck = new Stuck();

    private static AgentResult runWithEndlessCalls(UnaryOperator<AgentLimits> limits) {
        return Agent.builder(ScriptedModel.endlessCalls("a"))
                .tool(named("a"))
                .limits(limits.apply(AgentLimits.defaults()))
                .build()
                .run("Go");
    }

    private AgentBuilder timed() {
        return Agent.builder(model).timer(timer).limits(AgentLimits.defaults().withTotalTime(TOTAL));
    }

    @Test
    void aRunSendsAtMostMaxTurnsRequests() {
        ScriptedModel scripted = ScriptedModel.endlessCalls("a");

        AgentResult result = Agent.builder(scripted)
                .tool(named("a"))
                .limits(AgentLimits.defaults().withMaxTurns(3))
                .build()
                .run("Go");

        assertThat(scripted.requests()).hasSize(3);
        assertThat(result.turns()).isEqualTo(3);
        assertThat(result.end()).isEqualTo(AgentEnd.MAX_TURNS);
        assertThat(result.stopReason()).isEqualTo(StopReason.TOOL_USE);
        assertThat(result.text())
                .isEqualTo("I've reached the maximum number of turns (3). Here's what I have so far: step 3");
        assertThat(result.toolCalls()).hasSize(3);
    }

    @Test
    void anAnswerInTheLastTurnIsNotALimit() {
        AgentResult result = Agent.builder(ScriptedModel.of(calls(call("1", "a")), text("Done.")))
                .tool(named("a"))
                .limits(AgentLimits.defaults().withMaxTurns(2))
                .build()
                .run("Go");

        assertThat(result.end()).isEqualTo(AgentEnd.ANSWERED);
        assertThat(result.text()).isEqualTo("Done.");
    }

    @Test
    void callsBeyondTheLimitAreNotRun() {
        AtomicInteger runs = new AtomicInteger();
        ToolCall[] three = {call("1", "a"), call("2", "b"), call("3", "a")};

        AgentResult result = Agent.builder(ScriptedModel.of(answer("Now.", three)))
                .tool(tool("a", input -> runs.incrementAndGet()))
                .tool(tool("b", input -> runs.incrementAndGet()))
                .limits(AgentLimits.defaults().withMaxToolCalls(2))
                .build()
                .run("Go");

        assertThat(runs).hasValue(2);
        assertThat(result.end()).isEqualTo(AgentEnd.MAX_TOOL_CALLS);
        assertThat(result.text())
                .isEqualTo("I've reached the maximum number of tool calls (2). Here's what I have so far: Now.");
        assertThat(result.toolCalls().get(2).result().text())
                .isEqualTo("Error: not run, because at most 2 calls are allowed.");
    }

    @Test
    void callsUpToTheLimitDoNotEndTheRun() {
        AgentResult result = Agent.builder(
                        ScriptedModel.of(calls(call("1", "a")), calls(call("2", "b")), text("Done.")))
                .tool(named("a"))
                .tool(named("b"))
                .limits(AgentLimits.defaults().withMaxToolCalls(2))
                .build()
                .run("Go");

        assertThat(result.end()).isEqualTo(AgentEnd.ANSWERED);
    }

    @Test
    void noTurnStartsAfterTheTokenLimit() {
        ScriptedModel scripted = ScriptedModel.of(
                answer(Usage.of(30, 10), "One.", call("1", "a")), answer(Usage.of(40, 20), "Two.", call("2", "b")));

        AgentResult result = Agent.builder(scripted)
                .tool(named("a"))
                .tool(named("b"))
                .limits(AgentLimits.defaults().withMaxTotalTokens(100))
                .build()
                .run("Go");

        assertThat(scripted.requests()).hasSize(2);
        assertThat(result.end()).isEqualTo(AgentEnd.MAX_TOTAL_TOKENS);
        assertThat(result.toolCalls()).hasSize(2);
        assertThat(result.text())
                .isEqualTo("I've reached the maximum number of tokens (100). Here's what I have so far: Two.");
    }

    @Test
    void usageIsSummedAndKeptForEachTurn() {
        AgentResult result = Agent.builder(ScriptedModel.of(
                        answer(Usage.of(1, 2), "", call("1", "a")),
                        answer(null, "", call("2", "b")),
                        answer(Usage.of(10, 20), "x")))
                .tool(named("a"))
                .tool(named("b"))
                .build()
                .run("Go");

        assertThat(result.usage()).hasValue(Usage.of(11, 22));
        assertThat(result.turnUsage())
                .containsExactly(Optional.of(Usage.of(1, 2)), Optional.empty(), Optional.of(Usage.of(10, 20)));
    }

    @Test
    void unreportedUsageIsAbsent() {
        AgentResult result =
                runWithEndlessCalls(limits -> limits.withMaxTurns(2).withMaxTotalTokens(1));

        assertThat(result.usage()).isEmpty();
        assertThat(result.end()).isEqualTo(AgentEnd.MAX_TURNS);
    }

    @Test
    void theTimeEndsWhileTheModelAnswers() throws InterruptedException {
        Watcher watcher = Watcher.of(timed().build().stream("Go"));
        ManualModel.Call call = model.next().says("Once ", "upon");

        timer.advance(TOTAL);

        AgentResult result = watcher.result();
        assertThat(result.end()).isEqualTo(AgentEnd.TIME);
        assertThat(result.text()).isEqualTo(OUT_OF_TIME + "Once upon");
        assertThat(result.turns()).isEqualTo(1);
        assertThat(result.turnUsage()).containsExactly(Optional.empty());
        assertThat(call.isCancelled()).isTrue();
        assertThat(timer.pending()).isZero();
        call.says(" a time"); // the event arrives before the model sees the cancellation
        assertThat(watcher.events(AgentEvent.Token.class)).hasSize(2);
    }

    @Test
    void theTimeEndsWhileAnEventIsDelivered() throws InterruptedException {
        Watcher watcher = Watcher.of(timed().build().stream("Go"), Long.MAX_VALUE, event -> {
            if (event instanceof AgentEvent.Token) {
                timer.advance(TOTAL);
            }
        });
        ManualModel.Call call = model.next().says("Once ");

        assertThat(watcher.result().text()).isEqualTo(OUT_OF_TIME + "Once ");
        assertThat(call.isCancelled()).isTrue();
    }

    @Test
    void theTimeEndsWithoutDemand() throws InterruptedException {
        Watcher watcher = Watcher.of(timed().build().stream("Go"), 1);
        ManualModel.Call call = model.next();
        assertThat(call.requested()).isZero();

        timer.advance(TOTAL);

        assertThat(call.isCancelled()).isTrue();
        assertThat(watcher.hasEnded()).isFalse();
        watcher.request(1);
        assertThat(watcher.result().end()).isEqualTo(AgentEnd.TIME);
    }

    @Test
    void theTimeEndsDuringANonStreamingRequest() throws Exception {
        var result = timed().build().runAsync(AgentInput.of("Go"));
        ManualModel.Call call = model.next();

        timer.advance(TOTAL);

        assertThat(result.get().text()).isEqualTo(OUT_OF_TIME);
        assertThat(call.isCancelled()).isTrue();
    }

    @Test
    void theTimeEndsWhileAToolRuns() throws InterruptedException {
        Watcher watcher = Watcher.of(timed()
                .limits(AgentLimits.defaults().withTotalTime(TOTAL).withParallelTools(1))
                .tool(stuck.blocking("slow"))
                .tool(named("a"))
                .build()
                .stream("Go"));
        model.next().calls(call("1", "slow"), call("2", "a"));
        Watcher.await(stuck.begun);

        timer.advance(TOTAL);

        AgentResult result = watcher.result();
        assertThat(result.end()).isEqualTo(AgentEnd.TIME);
        assertThat(result.toolCalls()).hasSize(2).allSatisfy(executed -> {
            assertThat(executed.result().isError()).isTrue();
            assertThat(executed.result().text())
                    .isEqualTo("Error: the time of the whole run was over before the tool finished.");
        });
        Watcher.await(stuck.interrupted);
        assertThat(timer.pending()).isZero();
        assertThat(model.hasRequest()).isFalse();
    }

    @Test
    void theTimeEndsBetweenTheToolsAndTheModel() throws InterruptedException {
        Watcher watcher = Watcher.of(timed().tool(named("a")).build().stream("Go"), Long.MAX_VALUE, event -> {
            if (event instanceof AgentEvent.ToolCallResult) {
                timer.advance(TOTAL);
            }
        });
        model.next().calls(call("1", "a"));

        AgentResult result = watcher.result();
        assertThat(result.end()).isEqualTo(AgentEnd.TIME);
        assertThat(result.toolCalls().get(0).result().text()).isEqualTo("result of a");
        assertThat(model.hasRequest()).isFalse();
    }

    @Test
    void theTimeEndsJustBeforeTheModelRequest() {
        Watcher watcher = Watcher.of(timed().eachRequest(request -> timer.advance(TOTAL)).build().stream("Go"));

        assertThat(watcher.result().text()).isEqualTo(OUT_OF_TIME);
    }

    @Test
    void theTimeEndsWhileTheHistoryIsRead() {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        InMemoryConversations memory = InMemoryConversations.create();
        Agent agent = timed().conversations(new ForwardingMemory(memory) {
                    @Override
                    public List<dev.postern.Message> history(SessionKey session, int turns) {
                        reading.countDown();
                        Watcher.await(never);
                        return super.history(session, turns);
                    }
                })
                .build();
        Watcher watcher = Watcher.of(agent.stream(AgentInput.of("Go").withSession("s")));
        Watcher.await(reading);

        timer.advance(TOTAL);

        AgentResult result = watcher.result();
        never.countDown();
        assertThat(result.end()).isEqualTo(AgentEnd.TIME);
        assertThat(result.turns()).isZero();
        assertThat(model.hasRequest()).isFalse();
    }

    @Test
    void anAnswerInTimeCancelsTheTimer() throws InterruptedException {
        Watcher watcher = Watcher.of(timed().build().stream("Go"));
        model.next().answers("x");

        watcher.result();
        assertThat(timer.pending()).isZero();
    }

    @Test
    void aFailedRunCancelsTheTimer() throws InterruptedException {
        Watcher watcher = Watcher.of(timed().build().stream("Go"));
        model.next().fails(new LlmException(LlmException.Kind.SERVER, "no"));

        watcher.failure();
        assertThat(timer.pending()).isZero();
    }

    @Test
    void withoutATotalTimeThereIsNoTimer() throws InterruptedException {
        Watcher watcher =
                Watcher.of(timed().limits(AgentLimits.defaults().withTotalTime(Duration.ZERO)).build().stream("Go"));
        model.next().answers("x");

        watcher.result();
        assertThat(timer.scheduled()).isZero();
    }

    @Test
    void invalidLimitsAreRefused() {
        AgentLimits limits = AgentLimits.defaults();

        List<Runnable> refused = List.of(
                () -> limits.withMaxTurns(0),
                () -> limits.withMaxToolCalls(-1),
                () -> limits.withMaxTotalTokens(-1),
                () -> limits.withParallelTools(0),
                () -> limits.withHistoryTurns(-1),
                () -> limits.withMaxRepeatedCalls(-1),
                () -> limits.withMaxRepeatedCalls(1),
                () -> limits.withMaxResultCharacters(0),
                () -> limits.withTotalTime(Duration.ofSeconds(-1)),
                () -> limits.withToolTime(Duration.ZERO));

        assertThat(refused)
                .allSatisfy(bound -> assertThatExceptionOfType(LlmException.class)
                        .isThrownBy(bound::run)
                        .satisfies(e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.CONFIGURATION)));
        assertThat(AgentLimits.inSeconds(Duration.ofMillis(250))).isEqualTo("0.25 seconds");
        assertThat(AgentLimits.inSeconds(Duration.ofMinutes(10))).isEqualTo("600 seconds");
        assertThat(AgentLimits.inSeconds(Duration.ofSeconds(1))).isEqualTo("1 second");
    }
}
