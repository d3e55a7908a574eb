package dev.postern.agent;

import static dev.postern.agent.TestTools.tool;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.ToolCall;
import dev.postern.testkit.project.CapturedLog;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.ScriptedModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is logged and what the model is told when tools, hooks and agents fail. */
class ToolFailureTest {
    private static final String SECRET = "jdbc:postgresql://10.0.0.3/?password=hunter2";

    private final CapturedLog log = CapturedLog.of("dev.postern.agent");

    @AfterEach
    void close() {
        log.close();
    }

    private static AgentBuilder agent(Tool... tools) {
        return Agent.builder(ScriptedModel.of(calls(call("1", "t")), text("done")))
                .tools(List.of(tools));
    }

    private static Tool throwing(Supplier<? extends RuntimeException> failure) {
        return tool("t", input -> {
            throw failure.get();
        });
    }

    private static String resultText(AgentBuilder agent) {
        AgentResult result = agent.build().run("Go");
        assertThat(result.toolCalls()).hasSize(1);
        assertThat(result.toolCalls().get(0).result().isError()).isTrue();
        return result.toolCalls().get(0).result().text();
    }

    private LogRecord logged(Level least) {
        assertThat(log.records(least)).hasSize(1);
        return log.records(least).get(0);
    }

    @Test
    void aToolThatThrowsIsLoggedWithItsStackTraceAndTheModelGetsTheClass() {
        assertThat(resultText(agent(throwing(() -> new IllegalStateException(SECRET)))))
                .isEqualTo("Error: IllegalStateException");

        LogRecord record = logged(Level.WARNING);
        assertThat(record.getMessage()).contains("a tool failed", "of t");
        assertThat(record.getThrown()).isInstanceOf(IllegalStateException.class).hasMessage(SECRET);
        assertThat(record.getThrown().getStackTrace()[0].getClassName()).startsWith(ToolFailureTest.class.getName());
    }

    @Test
    void theMessageOfAToolExceptionIsForTheModel() {
        assertThat(resultText(agent(throwing(
                        () -> new ToolException("There is no such file.", new IllegalStateException(SECRET))))))
                .isEqualTo("Error: There is no such file.");

        assertThat(log.records(Level.WARNING)).isEmpty();
        assertThat(logged(Level.INFO).getThrown()).hasRootCauseMessage(SECRET);
    }

    @Test
    void anAsynchronousToolFollowsTheSameRules() {
        Tool tool = Tool.async(
                TestTools.definition("t"), input -> CompletableFuture.failedFuture(new IllegalStateException(SECRET)));

        assertThat(resultText(agent(tool))).isEqualTo("Error: IllegalStateException");
        assertThat(logged(Level.WARNING).getThrown()).hasMessage(SECRET);
    }

    @Test
    void aResultThatIsNotJsonFollowsTheSameRules() {
        record Broken(String value) {
            @Override
            public String value() {
                throw new IllegalStateException(SECRET);
            }
        }

        assertThat(resultText(agent(tool("t", input -> new Broken("x")))))
                .doesNotContain("hunter2")
                .contains("has run");
        assertThat(logged(Level.WARNING).getThrown()).hasRootCauseMessage(SECRET);
    }

    @Test
    void theTextForTheModelCanBeSet() {
        assertThat(resultText(agent(throwing(() -> new IllegalStateException("disk full")))
                        .toolFailures(ToolFailureText.WITH_MESSAGE)))
                .isEqualTo("Error: IllegalStateException: disk full");
        assertThat(resultText(agent(throwing(() -> new IllegalStateException("disk full")))
                        .toolFailures((call, thrown) -> call.name() + " says " + thrown.getMessage())))
                .isEqualTo("Error: t says disk full");
    }

    @Test
    void aFailingOrEmptyTextIsReplacedByTheClass() {
        assertThat(resultText(
                        agent(throwing(() -> new IllegalStateException(SECRET))).toolFailures((call, thrown) -> {
                            throw new IllegalArgumentException("on purpose");
                        })))
                .isEqualTo("Error: IllegalStateException");
        assertThat(resultText(
                        agent(throwing(() -> new IllegalStateException(SECRET))).toolFailures((call, thrown) -> " ")))
                .isEqualTo("Error: IllegalStateException");
    }

    @Test
    void invalidArgumentsAreReported() {
        record Range(int from, int to) {
            Range {
                if (from > to) {
                    throw new IllegalArgumentException("from must not be after to");
                }
            }
        }
        ScriptedModel model = ScriptedModel.of(calls(call("1", "t", Map.of("from", 2, "to", 1))), text("done"));

        AgentResult result = Agent.builder(model)
                .tool(Tool.of("t", "", Range.class, range -> "ran"))
                .build()
                .run("Go");

        assertThat(result.toolCalls().get(0).result().text()).contains("from must not be after to");
        assertThat(log.records(Level.INFO)).isEmpty();
    }

    @Test
    void anApprovalHookThatThrowsIsLoggedWithItsStackTrace() {
        AgentBuilder agent = agent(tool("t", input -> "ran")).approval(call -> {
            throw new IllegalStateException(SECRET);
        });

        assertThat(resultText(agent)).isEqualTo("Error: the call was refused: IllegalStateException");
        assertThat(logged(Level.WARNING).getMessage()).contains("an approval hook failed");
        assertThat(logged(Level.WARNING).getThrown()).hasMessage(SECRET);
    }

    @Test
    void aFailedStageOfAnApprovalHookIsLogged() {
        AgentBuilder agent = agent(tool("t", input -> "ran"))
                .approval(call -> CompletableFuture.failedFuture(new IllegalStateException(SECRET)))
                .toolFailures(ToolFailureText.WITH_MESSAGE);

        assertThat(resultText(agent)).isEqualTo("Error: the call was refused: IllegalStateException: " + SECRET);
        assertThat(logged(Level.WARNING).getThrown()).hasMessage(SECRET);
    }

    @Test
    void aFailingAgentIsLoggedAndReportedByItsKind() {
        Agent other = Agent.builder(ScriptedModel.by(request -> {
                    throw new LlmException(LlmException.Kind.AUTHENTICATION, SECRET);
                }))
                .name("b")
                .build();
        ScriptedModel model = ScriptedModel.of(calls(call("1", "call_b", Map.of("message", "Hi"))), text("done"));

        assertThat(resultText(Agent.builder(model).agent(other)))
                .isEqualTo("Error: the agent 'b' failed: LlmException[AUTHENTICATION]");
        assertThat(logged(Level.WARNING).getThrown()).hasMessage(SECRET);
    }

    @Test
    void aToolThatTheExecutorRefusesIsLogged() {
        String text = resultText(agent(tool("t", input -> "ran")).executor(task -> {
            throw new RejectedExecutionException("full");
        }));

        assertThat(text).startsWith("Error: the tool was not run, because the executor is full or shut down.");
        assertThat(logged(Level.WARNING).getThrown()).hasMessage("full");
    }

    @Test
    void anExceptionAfterTheTimeoutIsNotAWarning() {
        CountDownLatch thrown = new CountDownLatch(1);
        TestTools.Stuck stuck = new TestTools.Stuck();
        ManualTimer timer = new ManualTimer();
        AgentBuilder agent = agent(tool("t", input -> {
                    try {
                        stuck.block();
                    } finally {
                        thrown.countDown();
                    }
                    return "never";
                }))
                .timer(timer)
                .limits(AgentLimits.defaults().withToolTime(Duration.ofSeconds(2)));
        Watcher watcher = Watcher.of(agent.build().stream("Go"));
        Watcher.await(stuck.begun);

        timer.advance(Duration.ofSeconds(2));

        assertThat(watcher.result().toolCalls().get(0).result().text()).startsWith("Error: the tool did not finish");
        Watcher.await(thrown);
        assertThat(log.records(Level.INFO)).isEmpty();
    }

    @Test
    void aVirtualMachineErrorEndsTheRunAndIsNotTheBackendsFault() {
        Agent agent = agent(tool("t", input -> {
                    throw new OutOfMemoryError("no more");
                }))
                .build();

        assertThat(Watcher.of(agent.stream("Go")).failure()).isInstanceOfSatisfying(LlmException.class, failure -> {
            assertThat(failure).hasMessageContaining("'t'").hasMessageContaining("OutOfMemoryError");
            assertThat(failure.kind()).isEqualTo(LlmException.Kind.CONFIGURATION);
            assertThat(failure.retryable()).isFalse();
        });
    }

    @Test
    void callsThatAreNotJsonReachNoHookAndNoAgent() {
        ScriptedModel below = ScriptedModel.of(text("x"));
        Agent other = Agent.builder(below).name("b").build();
        ScriptedModel model =
                ScriptedModel.of(calls(ToolCall.malformed("1", "call_b", "{\"message\": ")), text("done"));

        String text = resultText(Agent.builder(model).agent(other).approval(call -> {
            throw new IllegalStateException("asked");
        }));

        assertThat(text).startsWith("Error: the arguments of call_b are not a JSON object: {\"message\": ");
        assertThat(below.requests()).isEmpty();
        assertThat(log.records(Level.INFO)).isEmpty();
    }

    @Test
    void aRefusalByAMemoryIsReported() {
        ScriptedModel model =
                ScriptedModel.of(calls(call("1", "remember", Map.of("key", "a\nb", "content", "x"))), text("done"));

        assertThat(resultText(Agent.builder(model).memories(InMemoryMemoryStore.create())))
                .startsWith("Error: key: ");
    }
}
