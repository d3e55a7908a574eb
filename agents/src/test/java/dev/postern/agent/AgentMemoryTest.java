package dev.postern.agent;

import static dev.postern.agent.TestTools.named;
import static dev.postern.testkit.project.ScriptedModel.answer;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.ToolDefinition;
import dev.postern.testkit.project.QuietLog;
import dev.postern.testkit.project.ScriptedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an agent reads before a run and stores after it. */
class AgentMemoryTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private final InMemoryConversations conversations = InMemoryConversations.create();
    private final InMemoryMemoryStore memories = InMemoryMemoryStore.create();

    private static AgentInput in(String session, String message) {
        return AgentInput.of(message).withSession(session);
    }

    /** Answers "re: " and the last message. */
    private static ScriptedModel echo() {
        return ScriptedModel.by(request -> text("re: " + last(request)));
    }

    private static String last(CompletionRequest request) {
        return request.messages().get(request.messages().size() - 1).text();
    }

    private List<Message> stored(String agent, String session) {
        return conversations.history(new SessionKey(agent, session), 1000);
    }

    @Test
    void aRunContinuesItsSession() {
        ScriptedModel model = echo();
        Agent agent = Agent.builder(model).conversations(conversations).build();

        agent.run(in("s", "one"));
        AgentResult result = agent.run(in("s", "two"));
        agent.run(in("other", "three"));

        assertThat(result.sessionId()).isEqualTo("s");
        assertThat(model.request(1).messages())
                .containsExactly(Message.user("one"), Message.assistant("re: one"), Message.user("two"));
        assertThat(model.request(2).messages()).containsExactly(Message.user("three"));
    }

    @Test
    void callsAndResultsAreStored() {
        ScriptedModel model = ScriptedModel.of(calls(call("1", "a")), text("x"), text("y"));
        Agent agent = Agent.builder(model)
                .tool(named("a"))
                .conversations(conversations)
                .build();

        agent.run(in("s", "one"));
        agent.run(in("s", "two"));

        assertThat(model.request(2).messages())
                .hasSize(5)
                .startsWith(model.request(1).messages().toArray(Message[]::new));
    }

    @Test
    void theLastTenTurnsAreSent() {
        ScriptedModel model = echo();
        Agent agent = Agent.builder(model).conversations(conversations).build();

        for (int i = 0; i < 12; i++) {
            agent.run(in("s", "m" + i));
        }

        assertThat(model.request(11).messages()).hasSize(21).startsWith(Message.user("m1"));
    }

    @Test
    void withoutASessionIdANewSessionStarts() {
        ScriptedModel model = echo();
        Agent agent = Agent.builder(model).conversations(conversations).build();

        AgentResult one = agent.run("one");
        AgentResult two = agent.run("two");

        assertThat(one.sessionId()).isNotEqualTo(two.sessionId()).matches("[0-9a-f]{16}");
        assertThat(model.request(1).messages()).containsExactly(Message.user("two"));
        assertThat(stored("system:agent", one.sessionId())).hasSize(2);
    }

    @Test
    void ownersNamesAndUsersHaveSeparateSessions() {
        Agent agent = Agent.builder(echo())
                .owner("me")
                .name("helper")
                .conversations(conversations)
                .build();

        agent.run(in("s", "one"));
        agent.run(in("s", "two").withUser("jo"));

        assertThat(stored("me:helper", "s")).containsExactly(Message.user("one"), Message.assistant("re: one"));
        assertThat(stored("me:helper:u:jo", "s")).containsExactly(Message.user("two"), Message.assistant("re: two"));
    }

    @Test
    void aFailedRunStoresNothing() {
        Agent agent = Agent.builder(ScriptedModel.of(calls(call("1", "a"))))
                .tool(named("a"))
                .conversations(conversations)
                .build();

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> agent.run(in("s", "one")))
                .withMessage("The script has no further answer.");
        assertThat(stored("system:agent", "s")).isEmpty();
    }

    @Test
    void aCancelledRunStoresNothing() throws InterruptedException {
        ManualModel model = new ManualModel();
        Agent agent = Agent.builder(model)
                .conversations(conversations)
                .executor(Runnable::run)
                .build();
        Watcher watcher = Watcher.of(agent.stream(in("s", "one")), Long.MAX_VALUE);
        ManualModel.Call call = model.next();
        call.says("half");

        watcher.cancel();
        call.answers("whole");

        assertThat(stored("system:agent", "s")).isEmpty();
    }

    @Test
    void aRunThatALimitEndedIsStoredAsAWholeTurn() {
        Agent agent = Agent.builder(ScriptedModel.endlessCalls("a"))
                .tool(named("a"))
                .limits(AgentLimits.defaults().withMaxTurns(1))
                .conversations(conversations)
                .build();

        AgentResult result = agent.run(in("s", "one"));

        assertThat(stored("system:agent", "s")).hasSize(4).endsWith(Message.assistant(result.text()));
    }

    @Test
    void anEmptyAnswerIsStoredWithTheTextThatTheUserRead() {
        Agent agent = Agent.builder(ScriptedModel.of(answer("It is 5.", call("1", "a")), text(" ")))
                .tool(named("a"))
                .conversations(conversations)
                .build();

        agent.run(in("s", "one"));

        assertThat(stored("system:agent", "s")).endsWith(Message.assistant("It is 5."));
    }

    @Test
    void twoThreadsInOneSessionStoreWholeTurns() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        ScriptedModel model = ScriptedModel.by(request -> {
            if (request.messages()
                    .get(request.messages().size() - 1)
                    .toolResults()
                    .isEmpty()) {
                try {
                    together.await(30, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                return calls(call("1", "a", Map.of("to", last(request))));
            }
            return text("done");
        });
        Agent agent = Agent.builder(model)
                .tool(named("a"))
                .conversations(conversations)
                .build();

        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<AgentResult> one = threads.submit(() -> agent.run(in("s", "one")));
            Future<AgentResult> two = threads.submit(() -> agent.run(in("s", "two")));
            one.get(60, TimeUnit.SECONDS);
            two.get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }

        List<Message> all = stored("system:agent", "s");
        assertThat(all).hasSize(8);
        List<String> questions = new ArrayList<>();
        for (int i = 0; i < 8; i += 4) {
            Turn turn = new Turn(all.subList(i, i + 4)); // refuses incomplete turns
            questions.add(turn.question().text());
        }
        assertThat(questions).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void aFailingMemoryDoesNotFailTheRun() {
        AtomicBoolean asked = new AtomicBoolean();
        Agent agent = Agent.builder(echo())
                .conversations(new ForwardingMemory(conversations) {
                    @Override
                    public List<Message> history(SessionKey session, int turns) {
                        asked.set(true);
                        throw new IllegalStateException("on purpose");
                    }

                    @Override
                    public void append(SessionKey session, Turn turn) {
                        throw new IllegalStateException("on purpose");
                    }
                })
                .build();

        assertThat(agent.run(in("s", "one")).text()).isEqualTo("re: one");
        assertThat(asked).isTrue();
    }

    @Test
    void ifTheExecutorRefusesTheRunContinuesWithoutMemory() {
        Agent agent = Agent.builder(echo())
                .conversations(conversations)
                .executor(task -> {
                    throw new RejectedExecutionException();
                })
                .build();

        assertThat(agent.run(in("s", "one")).text()).isEqualTo("re: one");
    }

    @Test
    void anInvalidSessionIsRefused() {
        ScriptedModel model = echo();
        Agent agent = Agent.builder(model)
                .conversations(conversations)
                .memories(memories)
                .build();

        for (AgentInput wrong : List.of(in("a\nb", "one"), in("s", "one").withUser("x".repeat(300)))) {
            assertThat(Watcher.of(agent.stream(wrong)).failure())
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.INVALID_REQUEST));
        }
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void theConversationStartsWithTheMemories() {
        memories.store("agent:system:agent:u:jo", "colour", "blue", "");
        ScriptedModel model = echo();
        Agent agent = Agent.builder(model)
                .memories(memories)
                .conversations(conversations)
                .build();

        agent.run(in("s", "one").withUser("jo"));
        agent.run(in("s", "two").withUser("jo"));
        agent.run(in("s", "three").withUser("al"));

        assertThat(model.request(0).messages())
                .containsExactly(
                        Message.user("[System: The following memories were previously stored in your memory. Use them"
                                + " to maintain continuity across conversations.]\n- colour: blue"),
                        Message.assistant("I've reviewed my stored memories and will use them in our conversation."),
                        Message.user("one"));
        assertThat(model.request(1).messages()).startsWith(Message.user("one"));
        assertThat(model.request(2).messages()).containsExactly(Message.user("three"));
    }

    @Test
    void theModelStoresAndFindsMemories() {
        ScriptedModel model = ScriptedModel.of(
                calls(call("1", "remember", Map.of("key", "colour", "content", "blue"))),
                calls(call("2", "recall", Map.of("key", "colour"))),
                text("x"));
        Agent agent = Agent.builder(model)
                .memories(memories, "mine:{agent_owner}:{agent_name}:{session_id}")
                .build();

        AgentResult result = agent.run(AgentInput.of("one").withUser("jo"));

        assertThat(model.request(0).tools())
                .extracting(ToolDefinition::name)
                .containsExactly("remember", "recall", "search_memory", "forget", "list_memories");
        assertThat(result.toolCalls())
                .extracting(executed -> executed.result().text())
                .containsExactly("Stored memory 'colour'.", "blue");
        assertThat(memories.get("mine:system:agent:u:jo", "colour")).isPresent();
    }

    @Test
    void memoriesThatCannotBeReadDoNotFailTheRun() {
        MemoryStore broken = (MemoryStore) java.lang.reflect.Proxy.newProxyInstance(
                MemoryStore.class.getClassLoader(), new Class<?>[] {MemoryStore.class}, (proxy, method, arguments) -> {
                    throw new IllegalStateException("on purpose");
                });
        ScriptedModel model = echo();

        assertThat(Agent.builder(model).memories(broken).build().run("one").text())
                .isEqualTo("re: one");
        assertThat(model.request(0).messages()).hasSize(1);
    }

    @Test
    void anAgentThatAnotherAgentCallsStoresNoConversation() {
        Agent other =
                Agent.builder(echo()).name("b").conversations(conversations).build();
        Agent agent = Agent.builder(ScriptedModel.of(calls(call("1", "call_b", Map.of("message", "hm"))), text("x")))
                .name("a")
                .agent(other)
                .conversations(conversations)
                .build();

        agent.run(in("s", "one"));

        assertThat(conversations.sessions("system:a")).hasSize(1);
        assertThat(conversations.sessions("system:b")).isEmpty();
    }
}
