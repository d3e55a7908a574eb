package dev.postern.agent;

import static dev.postern.agent.TestTools.named;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Message;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.testkit.project.CapturedLog;
import dev.postern.testkit.project.ScriptedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session that is too long for the model. */
class HistoryWindowTest {
    private static final SessionKey SESSION = new SessionKey("system:agent", "s");

    private final CapturedLog log = CapturedLog.of("dev.postern.agent");
    private final InMemoryConversations conversations = InMemoryConversations.create();

    @AfterEach
    void close() {
        log.close();
    }

    /** Turns of about 100 tokens each, half of them with a call. */
    private void storeTurns(int turns) {
        for (int i = 0; i < turns; i++) {
            List<Message> turn = new ArrayList<>();
            turn.add(Message.user("question " + i + " " + "x".repeat(150)));
            if (i % 2 == 1) {
                turn.add(calls(call("c" + i, "a")).message());
                turn.add(Message.toolResults(ToolResult.of("c" + i, "result")));
            }
            turn.add(Message.assistant("answer " + i + " " + "y".repeat(150)));
            conversations.append(SESSION, new Turn(turn));
        }
    }

    private Agent agent(ScriptedModel model, AgentLimits limits) {
        return Agent.builder(model)
                .tool(named("a"))
                .conversations(conversations)
                .limits(limits)
                .build();
    }

    private static AgentResult ask(Agent agent) {
        return agent.run(AgentInput.of("And now?").withSession("s"));
    }

    /** A model that refuses conversations with more tokens, as servers do. */
    private static ScriptedModel reading(long tokens) {
        return ScriptedModel.by(request -> {
            if (TokenEstimate.of(request.messages()) > tokens) {
                throw new LlmException(Kind.CONTEXT_LENGTH, "This is longer than the model can read.");
            }
            return text("done");
        });
    }

    private static List<String> questions(CompletionRequest request) {
        return request.messages().stream()
                .filter(message -> message.text().startsWith("question"))
                .map(message -> message.text().substring(0, 10))
                .toList();
    }

    private static void assertWhole(CompletionRequest request) {
        List<Message> messages = new ArrayList<>(request.messages());
        messages.add(Message.assistant("done"));
        assertThat(new Turn(messages)).isNotNull(); // refuses a call without its result
    }

    @Test
    void theOldestTurnsAreLeftOutByTokens() {
        storeTurns(10);
        ScriptedModel model = ScriptedModel.of(text("done"));

        ask(agent(model, AgentLimits.defaults().withHistoryTokens(320)));

        assertThat(questions(model.request(0))).containsExactly("question 7", "question 8", "question 9");
        assertWhole(model.request(0));
        assertThat(log.records(Level.INFO)).hasSize(1);
        assertThat(conversations.history(SESSION, 100)).hasSize(10 * 2 + 5 * 2 + 2); // the store keeps all turns
    }

    @Test
    void aSingleTurnAboveTheLimitIsLeftOut() {
        conversations.append(SESSION, Turn.of("question x", "y".repeat(10_000)));
        ScriptedModel model = ScriptedModel.of(text("done"));

        ask(agent(model, AgentLimits.defaults().withHistoryTokens(1000)));

        assertThat(model.request(0).messages()).containsExactly(Message.user("And now?"));
    }

    @Test
    void byDefaultSixtyFourThousandTokensAreSent() {
        for (int i = 0; i < 5; i++) {
            conversations.append(SESSION, Turn.of("question " + i, "y".repeat(80_000)));
        }
        ScriptedModel model = ScriptedModel.of(text("done"), text("done"));

        ask(agent(model, AgentLimits.defaults()));
        assertThat(questions(model.request(0))).containsExactly("question 2", "question 3", "question 4");
        ask(agent(model, AgentLimits.defaults().withHistoryTokens(0)));
        assertThat(questions(model.request(1))).hasSize(5);
    }

    @Test
    void ifTheConversationIsTooLongTheNewerHalfIsSent() {
        storeTurns(10);
        ScriptedModel model = reading(600);

        AgentResult result = ask(agent(model, AgentLimits.defaults()));

        assertThat(result.text()).isEqualTo("done");
        assertThat(result.turns()).isEqualTo(1);
        assertThat(model.requests()).hasSize(2);
        assertThat(questions(model.request(1))).containsExactly("question 6", "question 7", "question 8", "question 9");
        assertWhole(model.request(1));
        assertThat(log.records(Level.INFO)).hasSize(1);
    }

    @Test
    void aSmallModelGetsTheMessageWithoutTheSession() {
        storeTurns(10);
        ScriptedModel model = reading(50);

        assertThat(ask(agent(model, AgentLimits.defaults())).text()).isEqualTo("done");
        assertThat(model.requests()).hasSize(3);
        assertThat(model.request(2).messages()).containsExactly(Message.user("And now?"));
    }

    @Test
    void aMessageThatIsTooLongByItselfFails() {
        storeTurns(2);
        ScriptedModel model = reading(1);

        Throwable failure = Watcher.of(agent(model, AgentLimits.defaults()).stream(
                        AgentInput.of("And now?").withSession("s")))
                .failure();

        assertThat(((LlmException) failure).kind()).isEqualTo(Kind.CONTEXT_LENGTH);
        assertThat(model.requests()).hasSize(3);
    }

    @Test
    void withoutASessionATooLongConversationFails() {
        ScriptedModel model = reading(1);

        Throwable failure =
                Watcher.of(agent(model, AgentLimits.defaults()).stream("Hi")).failure();

        assertThat(((LlmException) failure).kind()).isEqualTo(Kind.CONTEXT_LENGTH);
        assertThat(model.requests()).hasSize(1);
    }

    @Test
    void aRunThatGrowsTooLongDropsItsSessionAndKeepsItsResults() {
        storeTurns(2);
        ScriptedModel model = ScriptedModel.by(request -> {
            if (TokenEstimate.of(request.messages()) > 260) {
                throw new LlmException(Kind.CONTEXT_LENGTH, "too long");
            }
            Message last = request.messages().get(request.messages().size() - 1);
            return last.toolResults().isEmpty() ? calls(call("c1", "long")) : text("done");
        });
        List<Object> runs = new ArrayList<>();
        Agent agent = Agent.builder(model)
                .tool(TestTools.tool("long", input -> {
                    runs.add(input);
                    return "z".repeat(400);
                }))
                .conversations(conversations)
                .build();

        AgentResult result = ask(agent);

        assertThat(result.text()).isEqualTo("done");
        assertThat(result.turns()).isEqualTo(2);
        assertThat(runs).hasSize(1);
        assertThat(questions(model.request(2))).containsExactly("question 1");
    }

    @Test
    void memoriesAreLeftOutToo() {
        InMemoryMemoryStore memories = InMemoryMemoryStore.create();
        memories.store("agent:system:agent", "k", "x".repeat(4000), "");
        ScriptedModel model = reading(100);

        AgentResult result = Agent.builder(model).memories(memories).build().run("Hi");

        assertThat(result.text()).isEqualTo("done");
        assertThat(model.request(model.requests().size() - 1).messages()).containsExactly(Message.user("Hi"));
    }

    @Test
    void anAnswerWithUsageIsNotRequestedAgain() {
        storeTurns(4);
        ScriptedModel model = ScriptedModel.by(request -> {
            throw LlmException.builder(Kind.CONTEXT_LENGTH, "the answer was too long")
                    .answer(ScriptedModel.answer(Usage.of(1, 2), "half"))
                    .build();
        });

        Throwable failure = Watcher.of(agent(model, AgentLimits.defaults()).stream(
                        AgentInput.of("Go").withSession("s")))
                .failure();

        assertThat(((LlmException) failure).usage()).hasValue(Usage.of(1, 2));
        assertThat(model.requests()).hasSize(1);
    }

    @Test
    void noSecondRequestIsSentAfterAnAnswerHasStarted() throws InterruptedException {
        storeTurns(4);
        ManualModel model = new ManualModel();
        Watcher watcher = Watcher.of(Agent.builder(model).conversations(conversations).build().stream(
                AgentInput.of("Go").withSession("s")));
        ManualModel.Call call = model.next();
        call.emits(new StreamEvent.ToolCallDelta("c", "{")); // no event downstream

        call.fails(new LlmException(Kind.CONTEXT_LENGTH, "too long"));

        assertThat(watcher.failure()).hasMessage("too long");
        assertThat(model.hasRequest()).isFalse();
    }

    @Test
    void theEstimateCountsAllKindsOfContent() {
        assertThat(TokenEstimate.ofText("The quick brown fox jumps over the lazy dog."))
                .isEqualTo(11);
        assertThat(TokenEstimate.ofText("\u4f60\u597d")).isEqualTo(2);
        assertThat(TokenEstimate.ofText("\ud83d\ude00")).isEqualTo(1);
        assertThat(TokenEstimate.ofText("")).isZero();
        assertThat(TokenEstimate.of(List.of(Message.user(Content.imageUrl("https://example.com/a.png")))))
                .isEqualTo(1504);
        assertThat(TokenEstimate.of(List.of(Message.user(Content.document("application/pdf", "a", new byte[24_000])))))
                .isBetween(900L, 1100L);
        ToolCall call = call("1", "find", Map.of("query", "abcdefgh", "tags", List.of("abcd", "efgh"), "n", 7));
        assertThat(TokenEstimate.of(List.of(calls(call).message()))).isBetween(15L, 40L);
    }
}
