package dev.postern.agent;

import static dev.postern.agent.TestTools.tool;
import static dev.postern.testkit.project.ScriptedModel.answer;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.testkit.project.ScriptedModel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The limit of all results of a run together. */
class ResultBudgetTest {
    private static final String MARK = "\n[cut: all results of this run together may have 250 characters]";

    private static Agent agent(ScriptedModel model, Tool tool) {
        return Agent.builder(model)
                .tool(tool)
                .limits(AgentLimits.defaults().withMaxResultCharacters(250).withParallelTools(1))
                .build();
    }

    private static List<String> texts(AgentResult result) {
        return result.toolCalls().stream()
                .map(executed -> executed.result().text())
                .toList();
    }

    @Test
    void resultsAboveTheLimitAreCutAndEndTheRun() {
        AtomicInteger number = new AtomicInteger();
        ScriptedModel model = ScriptedModel.by(request -> answer(
                "Looking.",
                call("1", "read", Map.of("n", number.incrementAndGet())),
                call("2", "read", Map.of("n", number.incrementAndGet()))));

        Watcher watcher = Watcher.of(agent(model, tool("read", input -> "x".repeat(100))).stream("Go"));

        AgentResult result = watcher.result();
        assertThat(texts(result)).containsExactly("x".repeat(100), "x".repeat(100), "x".repeat(50) + MARK, MARK);
        assertThat(watcher.events(AgentEvent.ToolCallResult.class))
                .extracting(event -> event.result().text())
                .isEqualTo(texts(result));
        assertThat(result.end()).isEqualTo(AgentEnd.MAX_RESULTS);
        assertThat(result.text())
                .isEqualTo("I've reached the maximum size of tool results (250 characters)."
                        + " Here's what I have so far: Looking.");
        assertThat(model.requests()).hasSize(2);
    }

    @Test
    void resultsUpToTheLimitDoNotEndTheRun() {
        ScriptedModel model = ScriptedModel.of(calls(call("1", "read"), call("2", "read")), text("done"));

        AgentResult result =
                agent(model, tool("read", input -> "x".repeat(125))).run("Go");

        assertThat(result.end()).isEqualTo(AgentEnd.ANSWERED);
        assertThat(texts(result)).allMatch(text -> text.equals("x".repeat(125)));
    }

    @Test
    void imagesCountAndAreLeftOutWhole() {
        Tool camera = tool(
                "look",
                input -> List.of(
                        Content.text("A street."),
                        Content.image("image/png", new byte[600]),
                        Content.text("At night.")));
        ScriptedModel model = ScriptedModel.of(calls(call("1", "look")));

        AgentResult result = agent(model, camera).run("Go");

        assertThat(result.toolCalls().get(0).result().content())
                .containsExactly(Content.text("A street."), Content.text("At night."), Content.text(MARK));
        assertThat(result.end()).isEqualTo(AgentEnd.MAX_RESULTS);
    }

    @Test
    void aSurrogatePairIsNotSplit() {
        ScriptedModel model = ScriptedModel.of(calls(call("1", "read")));

        AgentResult result = agent(model, tool("read", input -> "x" + "\ud83d\ude00".repeat(200)))
                .run("Go");

        assertThat(texts(result)).containsExactly("x" + "\ud83d\ude00".repeat(124) + MARK);
    }

    @Test
    void theAnswersOfCalledAgentsCount() {
        ScriptedModel below = ScriptedModel.of(text("y".repeat(300)));
        Agent other = Agent.builder(below).name("other").build();
        ScriptedModel model = ScriptedModel.of(calls(call("1", "call_other", Map.of("message", "Hi"))));

        AgentResult result = Agent.builder(model)
                .agent(other)
                .limits(AgentLimits.defaults().withMaxResultCharacters(250))
                .build()
                .run("Go");

        assertThat(texts(result)).containsExactly("y".repeat(250) + MARK);
        assertThat(result.end()).isEqualTo(AgentEnd.MAX_RESULTS);
    }

    @Test
    void byDefaultSixteenResultsOfTheLargestSizeFit() {
        Tool large = tool("read", input -> "x".repeat(Tool.DEFAULT_MAX_CHARACTERS));
        AtomicInteger number = new AtomicInteger();
        ScriptedModel model = ScriptedModel.by((CompletionRequest request) ->
                number.incrementAndGet() > 17 ? text("done") : calls(call("1", "read", Map.of("n", number.get()))));

        AgentResult result = Agent.builder(model).tool(large).build().run("Go");

        assertThat(result.end()).isEqualTo(AgentEnd.MAX_RESULTS);
        assertThat(result.turns()).isEqualTo(17);
    }
}
