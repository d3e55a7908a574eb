package dev.postern.agent;

import static dev.postern.agent.TestTools.named;
import static dev.postern.agent.TestTools.tool;
import static dev.postern.testkit.project.ScriptedModel.answer;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.testkit.project.QuietLog;
import dev.postern.testkit.project.ScriptedModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The loop of an agent from a question to its answer. */
class AgentLoopTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private record City(String name, int days) {}

    private static List<String> resultTexts(AgentResult result) {
        return result.toolCalls().stream()
                .map(executed -> executed.result().text())
                .toList();
    }

    private static Message lastMessage(CompletionRequest request) {
        return request.messages().get(request.messages().size() - 1);
    }

    @Test
    void aPlainAnswerIsTheResult() {
        ScriptedModel model = ScriptedModel.of(text("Hello."));

        AgentResult result = Agent.builder(model).name("greeter").build().run("Hi");

        assertThat(result.text()).isEqualTo("Hello.");
        assertThat(result.agent()).isEqualTo("greeter");
        assertThat(result.end()).isEqualTo(AgentEnd.ANSWERED);
        assertThat(result.turns()).isEqualTo(1);
        assertThat(result.toolCalls()).isEmpty();
        assertThat(model.requests()).hasSize(1);
        assertThat(model.request(0).messages()).containsExactly(Message.user("Hi"));
        assertThat(model.request(0).tools()).isEmpty();
    }

    @Test
    void theAgentsSettingsAreSentWithEachRequest() {
        ScriptedModel model = ScriptedModel.of(calls(call("1", "a")), text("x"));
        CallOptions options = CallOptions.builder().apiKey("k").build();

        Agent.builder(model)
                .backend("fast")
                .model("m")
                .system("Be kind.")
                .temperature(0.5)
                .maxTokens(9)
                .eachRequest(request -> request.seed(7L))
                .tool(named("a"))
                .build()
                .run(AgentInput.of("Hi").withOptions(options));

        assertThat(model.requests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.backend()).isEqualTo("fast");
            assertThat(request.model()).isEqualTo("m");
            assertThat(request.system()).isEqualTo("Be kind.");
            assertThat(request.temperature()).hasValue(0.5);
            assertThat(request.maxTokens()).hasValue(9);
            assertThat(request.seed()).hasValue(7L);
            assertThat(request.options()).isSameAs(options);
            assertThat(request.tools()).containsExactly(named("a").definition());
        });
    }

    @Test
    void theModelGetsTheToolResult() {
        ToolCall call = call("1", "forecast", Map.of("name", "Paris", "days", 2));
        ScriptedModel model = ScriptedModel.of(answer("Let me see.", call), text("Take a coat."));
        Tool forecast = Tool.of("forecast", "", City.class, city -> city.days() + " days of rain in " + city.name());

        AgentResult result = Agent.builder(model).tool(forecast).build().run("Coat?");

        ToolResult answered = ToolResult.of("1", "2 days of rain in Paris");
        assertThat(result.text()).isEqualTo("Take a coat.");
        assertThat(result.turns()).isEqualTo(2);
        assertThat(result.toolsCalled()).containsExactly("forecast");
        assertThat(result.toolCalls()).containsExactly(new AgentResult.ExecutedCall(call, answered));
        assertThat(model.request(1).messages())
                .containsExactly(
                        Message.user("Coat?"), answer("Let me see.", call).message(), Message.toolResults(answered));
    }

    @Test
    void eventsReportTheRun() {
        ToolCall call = call("1", "a");
        Agent agent = Agent.builder(ScriptedModel.of(answer("Let me see.", call), text("Done it.")))
                .tool(named("a"))
                .newSessionId(() -> "s1")
                .build();

        Watcher watcher = Watcher.of(agent.stream("Go"));

        AgentResult result = watcher.result();
        assertThat(watcher.events())
                .containsExactly(
                        new AgentEvent.Started("s1"),
                        new AgentEvent.Token("Let me see."),
                        new AgentEvent.ToolCallStart("1", "a"),
                        new AgentEvent.ToolCallResult(call, ToolResult.of("1", "result of a")),
                        new AgentEvent.Token("Done it."),
                        new AgentEvent.Done(result));
    }

    @Test
    void theToolsOfOneTurnRunInParallelWithResultsInCallOrder() {
        CountDownLatch allBegun = new CountDownLatch(3);
        Map<String, CountDownLatch> ended =
                Map.of("a", new CountDownLatch(1), "b", new CountDownLatch(1), "c", new CountDownLatch(1));
        Map<String, String> waitsFor = Map.of("a", "b", "b", "c");
        Map<String, Tool> tools = new LinkedHashMap<>();
        for (String name : List.of("a", "b", "c")) {
            tools.put(name, tool(name, input -> {
                allBegun.countDown();
                Watcher.await(allBegun);
                if (waitsFor.containsKey(name)) {
                    Watcher.await(ended.get(waitsFor.get(name)));
                }
                return name.toUpperCase(java.util.Locale.ROOT);
            }));
        }
        ScriptedModel model = ScriptedModel.of(calls(call("1", "a"), call("2", "b"), call("3", "c")), text("x"));
        Agent agent = Agent.builder(model).tools(List.copyOf(tools.values())).build();

        Watcher watcher = Watcher.of(agent.stream("Go"), Long.MAX_VALUE, event -> {
            if (event instanceof AgentEvent.ToolCallResult result) {
                ended.get(result.call().name()).countDown();
            }
        });

        assertThat(resultTexts(watcher.result())).containsExactly("A", "B", "C");
        assertThat(watcher.events(AgentEvent.ToolCallResult.class))
                .extracting(event -> event.call().name())
                .containsExactly("c", "b", "a");
        assertThat(lastMessage(model.request(1)))
                .isEqualTo(
                        Message.toolResults(ToolResult.of("1", "A"), ToolResult.of("2", "B"), ToolResult.of("3", "C")));
    }

    @Test
    void atMostParallelToolsRunAtOnce() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch two = new CountDownLatch(2);
        Tool tool = tool("a", input -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            two.countDown();
            Watcher.await(two);
            running.decrementAndGet();
            return input.get("n");
        });
        ToolCall[] calls = IntStream.range(0, 12)
                .mapToObj(n -> call("c" + n, "a", Map.of("n", n)))
                .toArray(ToolCall[]::new);

        AgentResult result = Agent.builder(ScriptedModel.of(calls(calls), text("x")))
                .tool(tool)
                .limits(AgentLimits.defaults().withParallelTools(2))
                .build()
                .run("Go");

        assertThat(most).hasValue(2);
        assertThat(resultTexts(result))
                .isEqualTo(IntStream.range(0, 12).mapToObj(String::valueOf).toList());
    }

    @Test
    void anUnknownToolIsAnError() {
        ScriptedModel model = ScriptedModel.of(calls(call("1", "b"), call("2", "a")), text("Sorry."));

        AgentResult result = Agent.builder(model).tool(named("a")).build().run("Go");

        assertThat(result.text()).isEqualTo("Sorry.");
        assertThat(lastMessage(model.request(1)))
                .isEqualTo(Message.toolResults(
                        ToolResult.error("1", "Error: there is no tool 'b'; the tools are a."),
                        ToolResult.of("2", "result of a")));
    }

    @Test
    void argumentsThatAreNotJsonAreAnError() {
        AtomicInteger runs = new AtomicInteger();
        ScriptedModel model = ScriptedModel.of(calls(ToolCall.malformed("1", "a", "{\"n\": ")), text("x"));

        AgentResult result = Agent.builder(model)
                .tool(tool("a", input -> runs.incrementAndGet()))
                .build()
                .run("Go");

        assertThat(runs).hasValue(0);
        assertThat(result.toolCalls().get(0).result().isError()).isTrue();
        assertThat(resultTexts(result).get(0)).contains("JSON");
        assertThat(result.end()).isEqualTo(AgentEnd.ANSWERED);
    }

    @Test
    void invalidArgumentsAreAnErrorWithTheReason() {
        AtomicInteger runs = new AtomicInteger();
        ScriptedModel model =
                ScriptedModel.of(calls(call("1", "forecast", Map.of("name", "Paris", "days", "two"))), text("x"));

        AgentResult result = Agent.builder(model)
                .tool(Tool.of("forecast", "", City.class, city -> runs.incrementAndGet()))
                .build()
                .run("Go");

        assertThat(runs).hasValue(0);
        assertThat(result.toolCalls().get(0).result().isError()).isTrue();
        assertThat(resultTexts(result).get(0)).contains("days").contains("integer");
    }

    @Test
    void aToolThatThrowsIsAnErrorAndTheLoopContinues() {
        ScriptedModel model = ScriptedModel.of(calls(call("1", "bad"), call("2", "good")), text("x"));

        AgentResult result = Agent.builder(model)
                .tool(tool("bad", input -> {
                    throw new IllegalStateException("no ink");
                }))
                .tool(named("good"))
                .build()
                .run("Go");

        assertThat(resultTexts(result)).containsExactly("Error: IllegalStateException", "result of good");
        assertThat(result.text()).isEqualTo("x");
    }

    @Test
    void callsWithTheSameIdGetUniqueIds() {
        ScriptedModel model = ScriptedModel.of(
                calls(call("1", "a"), call("1", "b")), calls(call("1", "b"), call("1_2", "a")), text("x"));
        Agent agent = Agent.builder(model).tool(named("a")).tool(named("b")).build();

        Watcher watcher = Watcher.of(agent.stream("Go"));

        assertThat(watcher.result().toolCalls())
                .extracting(
                        executed -> executed.call().id(),
                        executed -> executed.result().callId(),
                        executed -> executed.result().text())
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("1", "1", "result of a"),
                        org.assertj.core.api.Assertions.tuple("1_2", "1_2", "result of b"),
                        org.assertj.core.api.Assertions.tuple("1_3", "1_3", "result of b"),
                        org.assertj.core.api.Assertions.tuple("1_2_2", "1_2_2", "result of a"));
        assertThat(watcher.events(AgentEvent.ToolCallStart.class))
                .extracting(AgentEvent.ToolCallStart::id)
                .containsExactly("1", "1_2", "1_3", "1_2_2");
    }

    @Test
    void aListReplacesTheToolsAsInARequest() throws Exception {
        ScriptedModel model = ScriptedModel.of(text("x"));

        AgentResult result = Agent.builder(model)
                .tool(named("a"))
                .tools(List.of(named("b")))
                .tool(named("c"))
                .temperature(1)
                .build()
                .runAsync("Hi")
                .get(30, TimeUnit.SECONDS);

        assertThat(result.text()).isEqualTo("x");
        assertThat(model.request(0).messages()).containsExactly(Message.user("Hi"));
        assertThat(model.request(0).temperature()).hasValue(1);
        assertThat(model.request(0).tools()).extracting(ToolDefinition::name).containsExactly("b", "c");
    }

    @Test
    void theLastNonEmptyTextIsTheAnswer() {
        ScriptedModel model = ScriptedModel.of(answer("It is 5.", call("1", "a")), text(" "));

        assertThat(Agent.builder(model).tool(named("a")).build().run("Go").text())
                .isEqualTo("It is 5.");
    }

    @Test
    void anAnswerWithThousandsOfCallsWorks() {
        ToolCall[] calls = IntStream.range(0, 20_000)
                .mapToObj(n -> call("c" + n, "nothing", Map.of("n", n)))
                .toArray(ToolCall[]::new);

        AgentResult result = Agent.builder(ScriptedModel.of(calls(calls)))
                .executor(Runnable::run)
                .build()
                .run("Go");

        assertThat(result.end()).isEqualTo(AgentEnd.MAX_TOOL_CALLS);
        assertThat(result.toolCalls()).hasSize(20_000);
    }

    @Test
    void aHundredTurnsOnOneThreadWork() {
        AgentResult result = Agent.builder(ScriptedModel.endlessCalls("a"))
                .tool(named("a"))
                .executor(Runnable::run)
                .limits(AgentLimits.defaults().withMaxTurns(100))
                .build()
                .run("Go");

        assertThat(result.turns()).isEqualTo(100);
        assertThat(result.toolCalls()).hasSize(100);
    }

    @Test
    void twoToolsWithTheSameNameAreRefused() {
        AgentBuilder builder = Agent.builder(ScriptedModel.of());

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> builder.tool(named("a")).tool(named("a")).build())
                .withMessage("The agent has two tools named 'a'; rename one.");
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> Agent.builder(ScriptedModel.of())
                        .tool(named("recall"))
                        .memories(InMemoryMemoryStore.create())
                        .build())
                .withMessageContaining("'recall'");
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> Agent.builder(ScriptedModel.of()).name("a b").build())
                .withMessageContaining("name");
    }
}
