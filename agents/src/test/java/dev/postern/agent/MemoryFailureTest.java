package dev.postern.agent;

import static dev.postern.agent.TestTools.named;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Message;
import dev.postern.testkit.project.CapturedLog;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.ScriptedModel;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A failing memory is reported, and fails the run if it is required. */
class MemoryFailureTest {
    private static final LlmException DOWN = new LlmException(Kind.CONNECTION, "The database is down.");
    private static final AgentInput INPUT = AgentInput.of("Go").withSession("s");

    private final CapturedLog log = CapturedLog.of("dev.postern.agent");
    private final InMemoryConversations conversations = InMemoryConversations.create();
    private final AtomicBoolean cannotRead = new AtomicBoolean();
    private final AtomicBoolean cannotAppend = new AtomicBoolean();

    private final ConversationMemory failing = new ForwardingMemory(conversations) {
        @Override
        public List<Message> history(SessionKey session, int turns) {
            if (cannotRead.get()) {
                throw DOWN;
            }
            return super.history(session, turns);
        }

        @Override
        public void append(SessionKey session, Turn turn) {
            if (cannotAppend.get()) {
                throw DOWN;
            }
            super.append(session, turn);
        }
    };

    private final MemoryStore broken = (MemoryStore) Proxy.newProxyInstance(
            MemoryStore.class.getClassLoader(), new Class<?>[] {MemoryStore.class}, (proxy, method, arguments) -> {
                throw DOWN;
            });

    @AfterEach
    void close() {
        log.close();
    }

    private static AgentBuilder agent() {
        return Agent.builder(ScriptedModel.by(request -> text("done")));
    }

    private LogRecord logged() {
        assertThat(log.records(Level.WARNING)).hasSize(1);
        return log.records(Level.WARNING).get(0);
    }

    private static LlmException only(AgentResult result) {
        assertThat(result.memoryFailures()).hasSize(1);
        return result.memoryFailures().get(0);
    }

    private static LlmException failure(AgentBuilder agent) {
        return catchThrowableOfType(LlmException.class, () -> agent.build().run(INPUT));
    }

    @Test
    void aWorkingMemoryReportsNoFailure() {
        AgentResult result = agent().conversations(failing)
                .memories(InMemoryMemoryStore.create())
                .memoryRequired(true)
                .build()
                .run(INPUT);

        assertThat(result.memoryFailures()).isEmpty();
    }

    @Test
    void aHistoryThatCannotBeReadIsReported() {
        cannotRead.set(true);

        AgentResult result = agent().conversations(failing).build().run(INPUT);

        assertThat(result.text()).isEqualTo("done");
        assertThat(only(result))
                .hasMessage("The history of a session could not be read: The database is down.")
                .hasCause(DOWN);
        assertThat(only(result).kind()).isEqualTo(Kind.CONNECTION);
        assertThat(logged().getThrown()).isSameAs(DOWN);
    }

    @Test
    void aTurnThatCannotBeStoredIsReportedInTheLastEvent() {
        cannotAppend.set(true);

        AgentResult result =
                Watcher.of(agent().conversations(failing).build().stream(INPUT)).result();

        assertThat(only(result)).hasMessage("The turn could not be stored in its session: The database is down.");
        assertThat(logged().getThrown()).isSameAs(DOWN);
    }

    @Test
    void memoriesThatCannotBeReadAreReported() {
        AgentResult result = agent().memories(broken).build().run(INPUT);

        assertThat(only(result)).hasMessage("The memories of an agent could not be read: The database is down.");
        assertThat(logged().getThrown()).isSameAs(DOWN);
    }

    @Test
    void aFailingMemoryToolIsReported() {
        ScriptedModel model = ScriptedModel.of(calls(call("1", "recall", Map.of("key", "k"))), text("done"));

        AgentResult result = Agent.builder(model).memories(broken).build().run(INPUT);

        assertThat(result.memoryFailures())
                .extracting(Throwable::getMessage)
                .containsExactly(
                        "The memories of an agent could not be read: The database is down.",
                        "The memory of an agent failed in the tool 'recall': The database is down.");
        assertThat(result.toolCalls().get(0).result().text()).isEqualTo("Error: LlmException[CONNECTION]");
        assertThat(log.records(Level.WARNING)).hasSize(2);
    }

    @Test
    void otherExceptionsOfAMemoryAreReportedByClass() {
        ConversationMemory odd = new ForwardingMemory(conversations) {
            @Override
            public void append(SessionKey session, Turn turn) {
                throw new NoClassDefFoundError("java/sql/Connection");
            }

            @Override
            public List<Message> history(SessionKey session, int turns) {
                throw new IllegalStateException("password=hunter2");
            }
        };

        AgentResult result = agent().conversations(odd).build().run(INPUT);

        assertThat(result.memoryFailures())
                .extracting(Throwable::getMessage)
                .containsExactly(
                        "The history of a session could not be read, because the memory failed with"
                                + " java.lang.IllegalStateException.",
                        "The turn could not be stored in its session, because the memory failed with"
                                + " java.lang.NoClassDefFoundError.");
    }

    @Test
    void anExecutorThatRefusesIsReported() {
        AgentResult result = agent().conversations(conversations)
                .executor(task -> {
                    throw new RejectedExecutionException("full");
                })
                .build()
                .run(INPUT);

        assertThat(result.text()).isEqualTo("done");
        assertThat(result.memoryFailures()).hasSize(2);
    }

    @Test
    void theMemoryFailuresOfCalledAgentsAreReported() {
        Agent other = agent().name("b").memories(broken).build();
        ScriptedModel model = ScriptedModel.of(calls(call("1", "call_b", Map.of("message", "Hi"))), text("done"));

        AgentResult result =
                Agent.builder(model).agent(other).memoryRequired(true).build().run(INPUT);

        assertThat(only(result)).hasMessageStartingWith("The memories of an agent could not be read");
    }

    @Test
    void aRequiredHistoryThatCannotBeReadFailsTheRunBeforeTheModelRequest() {
        cannotRead.set(true);
        ScriptedModel model = ScriptedModel.of();

        LlmException failure =
                failure(Agent.builder(model).conversations(failing).memoryRequired(true));

        assertThat(failure.kind()).isEqualTo(Kind.CONNECTION);
        assertThat(failure).hasMessage("The history of a session could not be read: The database is down.");
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void aRequiredMemoryThatCannotBeReadFailsTheRun() {
        assertThat(failure(agent().memories(broken).memoryRequired(true))).hasMessageContaining("could not be read");
        assertThat(failure(agent().conversations(conversations)
                        .memoryRequired(true)
                        .executor(task -> {
                            throw new RejectedExecutionException("full");
                        })))
                .hasMessageContaining("could not be read");
    }

    @Test
    void aRequiredSessionThatCannotBeStoredFailsTheRunAndCanBeStoredLater() {
        cannotAppend.set(true);
        ScriptedModel model = ScriptedModel.of(calls(call("1", "a")), text("done"));
        Agent agent = Agent.builder(model)
                .tool(named("a"))
                .conversations(failing)
                .memoryRequired(true)
                .build();

        LlmException failure = catchThrowableOfType(LlmException.class, () -> agent.run(INPUT));

        assertThat(failure).hasMessage("The turn could not be stored in its session: The database is down.");
        assertThat(failure.transcript()).hasSize(4).endsWith(Message.assistant("done"));
        cannotAppend.set(false);
        AgentResult later = agent.run(AgentInput.resuming(failure.transcript()).withSession("s"));
        assertThat(later.text()).isEqualTo("done");
        assertThat(model.requests()).hasSize(2);
        assertThat(conversations.history(agent.sessionKey("s"), 10)).isEqualTo(failure.transcript());
    }

    @Test
    void aRequiredMemoryThatFailsInAToolFailsTheRun() {
        MemoryStore store = (MemoryStore) Proxy.newProxyInstance(
                MemoryStore.class.getClassLoader(), new Class<?>[] {MemoryStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("list")) {
                        return List.of();
                    }
                    throw DOWN;
                });
        ScriptedModel model = ScriptedModel.of(
                calls(call("1", "remember", Map.of("key", "k", "content", "c"))), text("I remembered it."));

        LlmException failure = failure(Agent.builder(model).memories(store).memoryRequired(true));

        assertThat(failure).hasMessage("The memory of an agent failed in the tool 'remember': The database is down.");
        assertThat(failure.transcript()).hasSize(3);
        assertThat(model.requests()).hasSize(1);
    }

    @Test
    void aMemoryThatDoesNotAnswerDoesNotBlockTheEndOfTheRun() {
        ManualTimer timer = new ManualTimer();
        CountDownLatch storing = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Agent agent = agent().timer(timer)
                .conversations(new ForwardingMemory(conversations) {
                    @Override
                    public void append(SessionKey session, Turn turn) {
                        storing.countDown();
                        Watcher.await(never);
                    }
                })
                .build();
        Watcher watcher = Watcher.of(agent.stream(INPUT));
        Watcher.await(storing);
        timer.awaitPending(2);

        timer.advance(AgentLimits.defaults().toolTime());

        AgentResult result = watcher.result();
        never.countDown();
        assertThat(result.text()).isEqualTo("done");
        assertThat(only(result)).hasMessageContaining("took longer than 120 seconds");
        assertThat(timer.pending()).isZero();
    }

    @Test
    void theAgentReturnsTheKeysOfItsSessions() {
        Agent agent =
                agent().owner("me").name("helper").conversations(conversations).build();

        AgentResult result = agent.run("one");
        agent.run(AgentInput.of("two").withSession("s").withUser("jo"));

        assertThat(agent.id()).isEqualTo("me:helper");
        assertThat(conversations.history(agent.sessionKey(result.sessionId()), 10))
                .hasSize(2);
        assertThat(conversations.history(agent.sessionKey("s", "jo"), 10)).hasSize(2);
        assertThat(conversations.sessions(agent.id())).hasSize(1);
    }
}
