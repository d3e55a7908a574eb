package dev.postern.agent;

import static dev.postern.agent.TestTools.named;
import static dev.postern.agent.TestTools.tool;
import static dev.postern.testkit.project.ScriptedModel.answer;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Message;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.testkit.project.QuietLog;
import dev.postern.testkit.project.ScriptedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A failed run keeps its messages, and another run continues from there. */
class ResumedRunTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private static final Usage TURN = Usage.of(10, 1);

    private final AtomicInteger payments = new AtomicInteger();
    private final AtomicBoolean down = new AtomicBoolean(true);
    private final InMemoryConversations conversations = InMemoryConversations.create();

    /** Calls the payment tool once and then answers, unless it is down. */
    private final ScriptedModel model = ScriptedModel.by(request -> {
        if (results(request).isEmpty()) {
            return answer(TURN, "I pay.", call("c1", "pay", Map.of("sum", 5)));
        }
        if (down.get()) {
            throw new LlmException(Kind.OVERLOADED, "Try later.");
        }
        return answer(TURN, "Paid: " + results(request).get(0).text());
    });

    private final Agent agent = Agent.builder(model)
            .tool(tool("pay", input -> "receipt " + payments.incrementAndGet()))
            .conversations(conversations)
            .build();

    private static List<ToolResult> results(CompletionRequest request) {
        return request.messages().get(request.messages().size() - 1).toolResults();
    }

    private static final List<Message> HAPPENED = List.of(
            Message.user("Pay 5."),
            answer("I pay.", call("c1", "pay", Map.of("sum", 5))).message(),
            Message.toolResults(ToolResult.of("c1", "receipt 1")));

    private void resumeAndCheck(LlmException failure) {
        assertThat(failure.kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(failure.transcript()).isEqualTo(HAPPENED);
        assertThat(failure.usage()).hasValue(TURN);
        assertThat(conversations.sessions("system:agent")).isEmpty();
        down.set(false);

        AgentResult result = agent.run(AgentInput.resuming(failure.transcript()).withSession("s"));

        assertThat(result.text()).isEqualTo("Paid: receipt 1");
        assertThat(result.end()).isEqualTo(AgentEnd.ANSWERED);
        assertThat(payments).hasValue(1);
        assertThat(conversations.history(new SessionKey("system:agent", "s"), 10))
                .hasSize(4)
                .startsWith(HAPPENED.toArray(Message[]::new))
                .endsWith(Message.assistant("Paid: receipt 1"));
    }

    @Test
    void aFailedBlockingRunCanBeResumed() {
        AgentInput input = AgentInput.of("Pay 5.").withSession("s");

        LlmException failure = catchThrowableOfType(LlmException.class, () -> agent.run(input));

        resumeAndCheck(failure);
    }

    @Test
    void aFailedStreamCanBeResumed() {
        Throwable failure = Watcher.of(agent.stream(AgentInput.of("Pay 5.").withSession("s")))
                .failure();

        resumeAndCheck((LlmException) failure);
    }

    @Test
    void aFailedFutureCanBeResumed() {
        ExecutionException failure = catchThrowableOfType(
                ExecutionException.class,
                () -> agent.runAsync(AgentInput.of("Pay 5.").withSession("s")).get());

        resumeAndCheck((LlmException) failure.getCause());
    }

    @Test
    void aRunCanFailAndBeResumedSeveralTimes() {
        LlmException first = catchThrowableOfType(LlmException.class, () -> agent.run("Pay 5."));
        LlmException second =
                catchThrowableOfType(LlmException.class, () -> agent.run(AgentInput.resuming(first.transcript())));

        assertThat(second.transcript()).isEqualTo(HAPPENED);
        assertThat(second.usage()).isEmpty();
        assertThat(payments).hasValue(1);
    }

    @Test
    void aFailureInTheFirstTurnKeepsTheQuestion() {
        Agent failing = Agent.builder(ScriptedModel.of()).build();

        LlmException failure = catchThrowableOfType(LlmException.class, () -> failing.run("Hello"));

        assertThat(failure.transcript()).containsExactly(Message.user("Hello"));
        assertThat(failure.usage()).isEmpty();
    }

    @Test
    void theBackendsOwnFailureIsTheCause() {
        LlmException own = LlmException.builder(Kind.SERVER, "broken")
                .status(500)
                .code("x")
                .answer(answer(Usage.of(3, 4), "half"))
                .build();
        own.addSuppressed(new IllegalStateException("of another backend"));
        Agent failing = Agent.builder(ScriptedModel.by(request -> {
                    throw own;
                }))
                .build();

        LlmException failure = catchThrowableOfType(LlmException.class, () -> failing.run("Hello"));

        assertThat(failure).hasMessage("broken").hasCause(own).hasSuppressedException(own.getSuppressed()[0]);
        assertThat(failure.status()).hasValue(500);
        assertThat(failure.answer()).isEqualTo(own.answer());
        assertThat(failure.usage()).hasValue(Usage.of(3, 4));
    }

    @Test
    void theUsageOfAllTurnsAndOfTheFailedOneIsKept() {
        CompletionResponse half = answer(Usage.of(3, 4), "half");
        ScriptedModel failing = ScriptedModel.by(request -> {
            if (results(request).isEmpty()) {
                return answer(TURN, "", call("1", "a"));
            }
            throw LlmException.builder(Kind.SERVER, "broken").answer(half).build();
        });

        LlmException failure = catchThrowableOfType(
                LlmException.class,
                () -> Agent.builder(failing).tool(named("a")).build().run("Go"));

        assertThat(failing.requests()).hasSize(2); // an answer with usage is not requested again
        assertThat(failure.usage()).hasValue(Usage.of(13, 5));
        assertThat(failure.answer()).hasValue(half);
    }

    @Test
    void unfinishedToolsAreReported() {
        CountDownLatch done = new CountDownLatch(1);
        TestTools.Stuck stuck = new TestTools.Stuck();
        ScriptedModel three = ScriptedModel.of(
                calls(call("1", "done"), call("2", "stuck"), call("3", "fatal"), call("4", "never")), text("I see."));
        AgentBuilder builder = Agent.builder(three)
                .limits(AgentLimits.defaults().withParallelTools(3))
                .tool(stuck.blocking("stuck"))
                .tool(named("done"))
                .tool(named("never"))
                .tool(tool("fatal", input -> {
                    Watcher.await(done);
                    Watcher.await(stuck.begun);
                    throw new StackOverflowError("on purpose");
                }));
        // "never" takes the slot of "done" at once, so delay it.
        CountDownLatch failed = new CountDownLatch(1);
        builder.approval(call -> {
            if (call.name().equals("never")) {
                done.countDown();
                Watcher.await(failed);
            }
            return CompletableFuture.completedFuture(ToolApproval.Decision.APPROVED);
        });

        LlmException failure =
                (LlmException) Watcher.of(builder.build().stream("Go")).failure();
        failed.countDown();

        assertThat(failure.transcript()).hasSize(3);
        List<ToolResult> results = failure.transcript().get(2).toolResults();
        assertThat(results).extracting(ToolResult::callId).containsExactly("1", "2", "3", "4");
        assertThat(results.get(0).text()).isEqualTo("result of done");
        assertThat(results.subList(1, 4)).allSatisfy(result -> {
            assertThat(result.isError()).isTrue();
            assertThat(result.text())
                    .isEqualTo("Error: the run ended before the tool did. It is not known what the tool has done.");
        });
        assertThat(builder.build()
                        .run(AgentInput.resuming(failure.transcript()))
                        .text())
                .isEqualTo("I see.");
    }

    @Test
    void callsThatHadNotStartedAreReported() {
        ScriptedModel two = ScriptedModel.of(calls(call("1", "fatal"), call("2", "never")));
        Agent failing = Agent.builder(two)
                .limits(AgentLimits.defaults().withParallelTools(1))
                .tool(named("never"))
                .tool(tool("fatal", input -> {
                    throw new OutOfMemoryError("on purpose");
                }))
                .build();

        LlmException failure = catchThrowableOfType(LlmException.class, () -> failing.run("Go"));

        assertThat(failure.transcript().get(2).toolResults().get(1).text())
                .isEqualTo("Error: not run, because the run ended first.");
    }

    @Test
    void anInterruptedRunKeepsItsToolResults() throws InterruptedException {
        TestTools.Stuck stuck = new TestTools.Stuck();
        Agent slow = Agent.builder(ScriptedModel.of(calls(call("1", "pay"), call("2", "stuck"))))
                .limits(AgentLimits.defaults()
                        .withParallelTools(1)) // the second call begins when the first is recorded
                .tool(tool("pay", input -> "receipt"))
                .tool(stuck.blocking("stuck"))
                .build();
        AtomicReference<LlmException> failure = new AtomicReference<>();
        Thread waiting = new Thread(() -> failure.set(catchThrowableOfType(LlmException.class, () -> slow.run("Go"))));
        waiting.start();
        Watcher.await(stuck.begun);

        waiting.interrupt();
        waiting.join();

        assertThat(failure.get().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(failure.get().transcript()).hasSize(3);
        List<ToolResult> results = failure.get().transcript().get(2).toolResults();
        assertThat(results.get(0)).isEqualTo(ToolResult.of("1", "receipt"));
        assertThat(results.get(1).isError()).isTrue();
    }

    @Test
    void newCallsGetNewIds() {
        ScriptedModel again = ScriptedModel.of(calls(call("c1", "pay")), text("done"));
        Agent other = Agent.builder(again).tool(named("pay")).build();

        AgentResult result = other.run(AgentInput.resuming(HAPPENED));

        assertThat(result.toolCalls()).hasSize(1);
        assertThat(result.toolCalls().get(0).call().id()).isEqualTo("c1_2");
    }

    @Test
    void aTurnThatHasItsAnswerIsOnlyStored() {
        List<Message> whole = new ArrayList<>(HAPPENED);
        whole.add(Message.assistant("Paid."));

        AgentResult result = agent.run(AgentInput.resuming(whole).withSession("s"));

        assertThat(result.text()).isEqualTo("Paid.");
        assertThat(result.turns()).isZero();
        assertThat(model.requests()).isEmpty();
        assertThat(conversations.history(new SessionKey("system:agent", "s"), 10))
                .isEqualTo(whole);
    }

    @Test
    void theEarlierTurnsOfTheSessionAreSentAgain() {
        conversations.append(new SessionKey("system:agent", "s"), Turn.of("Hi", "Hello."));
        down.set(false);

        agent.run(AgentInput.resuming(HAPPENED).withSession("s"));

        assertThat(model.request(0).messages())
                .hasSize(5)
                .startsWith(Message.user("Hi"), Message.assistant("Hello."))
                .endsWith(HAPPENED.toArray(Message[]::new));
    }

    @Test
    void aTranscriptThatCannotBeginATurnIsRefused() {
        List<List<Message>> wrong = List.of(
                List.of(),
                List.of(Message.assistant("Hi")),
                HAPPENED.subList(0, 2),
                List.of(Message.user("Hi"), HAPPENED.get(2)));

        assertThat(wrong)
                .allSatisfy(transcript -> assertThatExceptionOfType(LlmException.class)
                        .isThrownBy(() -> AgentInput.resuming(transcript))
                        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST)));
    }

    @Test
    void aFailedAgentReportsTheToolsItHadCalled() {
        Agent below = Agent.builder(model)
                .name("below")
                .tool(tool("pay", input -> "receipt " + payments.incrementAndGet()))
                .build();
        Function<CompletionRequest, CompletionResponse> asks =
                request -> results(request).isEmpty()
                        ? calls(call("1", "call_below", Map.of("message", "Pay 5.")))
                        : text(results(request).get(0).text());

        AgentResult result =
                Agent.builder(ScriptedModel.by(asks)).agent(below).build().run("Go");

        assertThat(result.text())
                .isEqualTo("Error: the agent 'below' failed: LlmException[OVERLOADED]."
                        + " Before that it had called: pay.");
    }
}
