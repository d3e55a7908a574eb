package dev.postern.agent;

import static dev.postern.agent.TestTools.named;
import static dev.postern.testkit.project.ScriptedModel.answer;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.Message;
import dev.postern.ToolDefinition;
import dev.postern.Usage;
import dev.postern.agent.TestTools.Stuck;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.QuietLog;
import dev.postern.testkit.project.ScriptedModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Agents that call agents. */
class SubAgentTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private static final Map<String, Object> MESSAGE = Map.of("message", "Help.");

    private final Stuck stuck = new Stuck();

    private static AgentBuilder agent(String name, LlmProvider model) {
        return Agent.builder(model).name(name);
    }

    /** Calls the other agent once and then answers with its result. */
    private static AgentBuilder asking(String name, Agent other) {
        return agent(name, ScriptedModel.of(calls(call("1", "call_" + other.name(), MESSAGE)), text(name + " is done")))
                .agent(other);
    }

    private static String resultText(AgentResult result) {
        assertThat(result.toolCalls()).hasSize(1);
        return result.toolCalls().get(0).result().text();
    }

    @Test
    void anAgentIsAToolThatTakesAMessage() {
        ScriptedModel expert = ScriptedModel.of(text("42"));
        ScriptedModel model = ScriptedModel.of(calls(call("1", "call_the_expert", MESSAGE)), text("x"));
        Agent other = agent("the.expert", expert).description("Knows it all.").build();

        AgentResult result = agent("chief", model)
                .agent(other)
                .build()
                .run(AgentInput.of("Go").withUser("jo"));

        ToolDefinition tool = model.request(0).tools().get(0);
        assertThat(tool.name()).isEqualTo("call_the_expert");
        assertThat(tool.description()).isEqualTo("Asks the agent 'the.expert'. Knows it all.");
        assertThat(expert.request(0).messages()).containsExactly(Message.user("Help."));
        assertThat(resultText(result)).isEqualTo("42");
    }

    private record Nothing() {}

    @Test
    void aToolThatRunsAnAgentWithoutWaitingHoldsNoThread() {
        ExecutorService onlyThread = Executors.newSingleThreadExecutor();
        try {
            Agent expert = agent("expert", ScriptedModel.of(calls(call("1", "look", Map.of())), text("42")))
                    .tool(Tool.of("look", "", Nothing.class, nothing -> "seen"))
                    .executor(onlyThread)
                    .build();
            AgentResult result = agent("chief", ScriptedModel.of(calls(call("1", "ask", Map.of())), text("x")))
                    .tool(Tool.async(
                            "ask",
                            "",
                            Nothing.class,
                            nothing -> expert.runAsync("Help.").thenApply(AgentResult::text)))
                    .executor(onlyThread)
                    .build()
                    .run("Go");

            assertThat(resultText(result)).isEqualTo("42");
        } finally {
            onlyThread.shutdownNow();
        }
    }

    @Test
    void eventsOfACalledAgentAreEmitted() {
        Agent low = agent("low", ScriptedModel.of(text("deep"))).build();
        Agent middle = agent(
                        "middle",
                        ScriptedModel.of(answer("hm", call("1", "a"), call("2", "call_low", MESSAGE)), text("mid")))
                .tool(named("a"))
                .agent(low)
                .build();

        Watcher watcher = Watcher.of(asking("top", middle).build().stream("Go"));

        AgentResult result = watcher.result();
        assertThat(watcher.events().subList(1, watcher.events().size()))
                .containsExactly(
                        new AgentEvent.ToolCallStart("1", "call_middle"),
                        new AgentEvent.SubAgentToken("middle", "hm"),
                        new AgentEvent.SubAgentTool("middle", "a"),
                        new AgentEvent.SubAgentTool("middle", "call_low"),
                        new AgentEvent.SubAgentToken("low", "deep"),
                        new AgentEvent.SubAgentToken("middle", "mid"),
                        new AgentEvent.ToolCallResult(
                                call("1", "call_middle", MESSAGE), dev.postern.ToolResult.of("1", "mid")),
                        new AgentEvent.Token("top is done"),
                        new AgentEvent.Done(result));
    }

    @Test
    void theUsageOfACalledAgentIsPartOfTheTotalButOfNoTurn() {
        Agent other =
                agent("b", ScriptedModel.of(answer(Usage.of(100, 200), "x"))).build();

        AgentResult result = agent(
                        "a",
                        ScriptedModel.of(
                                answer(Usage.of(1, 2), "", call("1", "call_b", MESSAGE)), answer(Usage.of(3, 4), "x")))
                .agent(other)
                .build()
                .run("Go");

        assertThat(result.usage()).hasValue(Usage.of(104, 206));
        assertThat(result.turnUsage()).containsExactly(Optional.of(Usage.of(1, 2)), Optional.of(Usage.of(3, 4)));
    }

    @Test
    void agentsCallEachOtherAtMostThreeLevelsDeep() {
        ScriptedModel lowest = ScriptedModel.of(calls(call("1", "call_never", MESSAGE)), text("lowest is done"));
        Agent never = agent("never", ScriptedModel.of()).build();
        Agent third = agent("third", lowest).agent(never).tool(named("a")).build();
        Agent second = asking("second", third).build();
        Agent first = asking("first", second).build();

        AgentResult result = asking("top", first).build().run("Go");

        assertThat(result.text()).isEqualTo("top is done");
        assertThat(lowest.request(0).tools()).extracting(ToolDefinition::name).containsExactly("a");
        Message results = lowest.request(1).messages().get(2);
        assertThat(results.toolResults().get(0).text()).isEqualTo("Maximum agent delegation depth (3) exceeded.");
        assertThat(results.toolResults().get(0).isError()).isTrue();
    }

    @Test
    void aDeletedAgentIsAnError() {
        ScriptedModel model = ScriptedModel.of(calls(call("1", "call_b", MESSAGE)), text("x"));

        AgentResult result = agent("a", model)
                .agent(new SubAgent("b", "", Optional::empty))
                .build()
                .run("Go");

        assertThat(resultText(result)).isEqualTo("Error: the agent 'b' does not exist any more.");
    }

    @Test
    void aFailingAgentLookupIsAnError() {
        ScriptedModel model = ScriptedModel.of(calls(call("1", "call_b", MESSAGE)), text("x"));

        AgentResult result = agent("a", model)
                .agent(new SubAgent("b", "", () -> {
                    throw new LlmException(LlmException.Kind.CONFIGURATION, "It is lost.");
                }))
                .build()
                .run("Go");

        assertThat(resultText(result)).isEqualTo("Error: the agent 'b' failed: LlmException[CONFIGURATION]");
    }

    @Test
    void aFailingAgentIsAnError() {
        Agent other = agent("b", ScriptedModel.of()).build();

        AgentResult result = asking("a", other).build().run("Go");

        assertThat(resultText(result)).isEqualTo("Error: the agent 'b' failed: LlmException[SERVER]");
        assertThat(result.text()).isEqualTo("a is done");
    }

    @Test
    void aFailingAgentIsReportedByItsOwnName() {
        Agent other = agent("the.expert", ScriptedModel.of()).build();
        ScriptedModel model = ScriptedModel.of(calls(call("1", "call_the_expert", MESSAGE)), text("x"));

        AgentResult result = agent("a", model).agent(other).build().run("Go");

        assertThat(resultText(result)).isEqualTo("Error: the agent 'the.expert' failed: LlmException[SERVER]");
    }

    @Test
    void anInvalidMessageIsAnError() {
        Agent other = agent("b", ScriptedModel.of()).build();
        List<Map<String, Object>> wrong = List.of(Map.of(), Map.of("message", " "), Map.of("message", 1));

        for (Map<String, Object> input : wrong) {
            AgentResult result = agent("a", ScriptedModel.of(calls(call("1", "call_b", input)), text("x")))
                    .agent(other)
                    .build()
                    .run("Go");
            assertThat(resultText(result)).isEqualTo("Error: message: must be a text that is not empty.");
        }
    }

    @Test
    void cancellingReachesModelsAndToolsOfCalledAgents() throws InterruptedException {
        ManualModel below = new ManualModel();
        Agent third = agent("third", below).build();
        Agent second = agent("second", ScriptedModel.of(calls(call("1", "slow"), call("2", "call_third", MESSAGE))))
                .tool(stuck.blocking("slow"))
                .agent(third)
                .build();
        Watcher watcher = Watcher.of(asking("top", second).build().stream("Go"));
        ManualModel.Call call = below.next();
        Watcher.await(stuck.begun);

        watcher.cancel();

        assertThat(call.isCancelled()).isTrue();
        Watcher.await(stuck.interrupted);
    }

    @Test
    void aCalledAgentHasTheTimeOfATool() throws InterruptedException {
        ManualTimer timer = new ManualTimer();
        ManualModel below = new ManualModel();
        Watcher watcher = Watcher.of(asking("top", agent("b", below).build()).timer(timer).build().stream("Go"));
        ManualModel.Call call = below.next();

        timer.advance(AgentLimits.defaults().toolTime());

        assertThat(resultText(watcher.result())).startsWith("Error: the tool did not finish");
        assertThat(call.isCancelled()).isTrue();
    }

    @Test
    void aStoppedAgentReportsTheToolsItHadCalled() {
        ManualTimer timer = new ManualTimer();
        Agent other = agent("b", ScriptedModel.of(calls(call("1", "pay"), call("2", "slow"))))
                .tool(named("pay"))
                .tool(stuck.blocking("slow"))
                .build();
        Watcher watcher = Watcher.of(asking("top", other).timer(timer).build().stream("Go"));
        Watcher.await(stuck.begun);

        timer.advance(AgentLimits.defaults().toolTime());

        assertThat(resultText(watcher.result()))
                .isEqualTo("Error: the tool did not finish within 120 seconds. Before that it had called: pay, slow.");
    }

    @Test
    void aSlowSubscriberLimitsTheModelsOfCalledAgents() throws InterruptedException {
        ManualModel below = new ManualModel();
        Agent third = agent("third", below).build();
        Agent second = asking("second", third).build();
        Watcher watcher = Watcher.of(asking("top", second).build().stream("Go"), 3);
        ManualModel.Call call = below.next();
        watcher.awaitEvents(3); // Started, and the calls of the two agents above

        for (int said = 0; said < 1000 && said < call.requested(); said++) {
            call.says("x");
        }

        long ahead = call.requested();
        assertThat(ahead).isLessThan(100);
        assertThat(watcher.events()).hasSize(3);
        watcher.request(50);
        assertThat(call.requested()).isGreaterThan(ahead).isLessThan(ahead + 100);
        for (long said = ahead; said < call.requested(); said++) {
            call.says("x");
        }
        watcher.request(Long.MAX_VALUE);
        call.answers("!");
        watcher.result();
    }
}
