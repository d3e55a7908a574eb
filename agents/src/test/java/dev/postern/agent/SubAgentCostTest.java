package dev.postern.agent;

import static dev.postern.agent.TestTools.named;
import static dev.postern.agent.TestTools.tool;
import static dev.postern.testkit.project.ScriptedModel.answer;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.QuietLog;
import dev.postern.testkit.project.ScriptedModel;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The usage of called agents counts for the calling run. */
class SubAgentCostTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private static final Map<String, Object> MESSAGE = Map.of("message", "Help.");

    private static Agent other(LlmProvider model, Tool... tools) {
        return Agent.builder(model).name("b").tools(java.util.List.of(tools)).build();
    }

    /** Calls the other agent, with a usage of 3 tokens, and answers with its result. */
    private static ScriptedModel asking() {
        return ScriptedModel.of(
                answer(Usage.of(1, 2), "Asking.", call("1", "call_b", MESSAGE)), answer(Usage.of(1, 2), "done"));
    }

    private static AgentResult run(ScriptedModel model, Agent other, AgentLimits limits) {
        return Agent.builder(model)
                .name("a")
                .agent(other)
                .limits(limits)
                .build()
                .run("Go");
    }

    @Test
    void theTurnsOfAFailedAgentCount() {
        ScriptedModel below = ScriptedModel.of(answer(Usage.of(100, 200), "", call("1", "x"))); // then it fails

        AgentResult result = run(asking(), other(below, named("x")), AgentLimits.defaults());

        assertThat(result.toolCalls().get(0).result().isError()).isTrue();
        assertThat(result.usage()).hasValue(Usage.of(102, 204));
    }

    @Test
    void theUsageOfACalledAgentEndsTheRun() {
        ScriptedModel below = ScriptedModel.of(answer(Usage.of(100, 200), "", call("1", "x")));
        ScriptedModel model = asking();

        AgentResult result =
                run(model, other(below, named("x")), AgentLimits.defaults().withMaxTotalTokens(300));

        assertThat(result.end()).isEqualTo(AgentEnd.MAX_TOTAL_TOKENS);
        assertThat(model.requests()).hasSize(1);
    }

    @Test
    void aFailedTurnWithAnAnswerCounts() {
        CompletionResponse cut = answer(Usage.of(50, 60), "Half of it");
        ScriptedModel below = ScriptedModel.by(request -> {
            throw LlmException.builder(Kind.SERVER, "The model stopped.")
                    .answer(cut)
                    .build();
        });

        AgentResult result = run(asking(), other(below), AgentLimits.defaults());

        assertThat(below.requests()).hasSize(1);
        assertThat(result.usage()).hasValue(Usage.of(52, 64));
    }

    @Test
    void usageReportedBeforeAStreamFailedCounts() throws InterruptedException {
        ManualModel below = new ManualModel();
        Watcher watcher = Watcher.of(Agent.builder(asking()).agent(other(below)).build().stream("Go"));
        ManualModel.Call call = below.next();
        call.says("Half").emits(new StreamEvent.UsageReported(Usage.of(7, 8)));

        call.fails(new LlmException(Kind.CONNECTION, "cut"));

        assertThat(watcher.result().usage()).hasValue(Usage.of(9, 12));
    }

    @Test
    void theTurnsOfAnAgentThatTimesOutCount() throws InterruptedException {
        ManualTimer timer = new ManualTimer();
        TestTools.Stuck stuck = new TestTools.Stuck();
        ScriptedModel below = ScriptedModel.of(answer(Usage.of(100, 200), "", call("1", "slow")));
        Watcher watcher = Watcher.of(
                Agent.builder(asking()).agent(other(below, stuck.blocking("slow"))).timer(timer).build().stream("Go"));
        Watcher.await(stuck.begun);

        timer.advance(AgentLimits.defaults().toolTime());

        assertThat(watcher.result().usage()).hasValue(Usage.of(102, 204));
    }

    @Test
    void agentsSeveralLevelsBelowCountOnce() {
        Agent lowest = Agent.builder(ScriptedModel.of(answer(Usage.of(10, 20), "low")))
                .name("c")
                .build();
        Agent middle = Agent.builder(ScriptedModel.of(
                        answer(Usage.of(100, 200), "", call("1", "call_c", MESSAGE)),
                        answer(Usage.of(100, 200), "mid")))
                .name("b")
                .agent(lowest)
                .build();

        AgentResult result = run(asking(), middle, AgentLimits.defaults());

        assertThat(result.usage()).hasValue(Usage.of(212, 424));
    }

    @Test
    void aCalledAgentStartsNoTurnAboveTheLimitOfItsParent() {
        AtomicInteger turns = new AtomicInteger();
        ScriptedModel below = ScriptedModel.by(request ->
                answer(Usage.of(100, 0), "step " + turns.incrementAndGet(), call("1", "x", Map.of("n", turns.get()))));

        AgentResult result =
                run(asking(), other(below, named("x")), AgentLimits.defaults().withMaxTotalTokens(250));

        assertThat(below.requests()).hasSize(3);
        assertThat(result.toolCalls().get(0).result().text())
                .isEqualTo("I've reached the maximum number of tokens (250). Here's what I have so far: step 3");
        assertThat(result.end()).isEqualTo(AgentEnd.MAX_TOTAL_TOKENS);
    }

    @Test
    void theToolCallsOfACalledAgentCountForItsParent() {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger turns = new AtomicInteger();
        ScriptedModel below = ScriptedModel.by(request -> calls(call("1", "x", Map.of("n", turns.incrementAndGet()))));

        AgentResult result = run(
                ScriptedModel.of(calls(call("1", "call_b", MESSAGE)), text("done")),
                other(below, tool("x", input -> runs.incrementAndGet())),
                AgentLimits.defaults().withMaxToolCalls(4));

        assertThat(runs).hasValue(3); // the call of the agent itself is the first of the four
        assertThat(result.toolCalls().get(0).result().text())
                .startsWith("I've reached the maximum number of tool calls (4).");
    }
}
