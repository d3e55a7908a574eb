package dev.postern.agent;

import static dev.postern.agent.TestTools.named;
import static dev.postern.agent.TestTools.tool;
import static dev.postern.testkit.project.ScriptedModel.answer;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.ToolCall;
import dev.postern.testkit.project.ScriptedModel;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A model that repeats a call. */
class RepeatedCallTest {
    private final AtomicInteger runs = new AtomicInteger();
    private final Tool counting = tool("count", input -> runs.incrementAndGet());
    private final Tool polling = tool("poll", input -> runs.incrementAndGet() < 5 ? "pending" : "ready");

    private static AgentResult run(ScriptedModel model, UnaryOperator<AgentLimits> limits, Tool... tools) {
        return Agent.builder(model)
                .tools(List.of(tools))
                .limits(limits.apply(AgentLimits.defaults()))
                .build()
                .run("Go");
    }

    private static AgentResult run(ScriptedModel model, Tool... tools) {
        return run(model, UnaryOperator.identity(), tools);
    }

    /** A number of turns with the same call, and then an answer. */
    private static ScriptedModel polls(int turns) {
        CompletionResponse[] answers =
                Collections.nCopies(turns + 1, calls(call("1", "poll"))).toArray(CompletionResponse[]::new);
        answers[turns] = text("done");
        return ScriptedModel.of(answers);
    }

    @Test
    void theThirdTurnWithTheSameCallAndTheSameResultEndsTheRun() {
        List<Object> inputs = new CopyOnWriteArrayList<>();
        Map<String, Object> one = new LinkedHashMap<>(Map.of("x", 1));
        one.put("y", 2);
        Map<String, Object> other = new LinkedHashMap<>(Map.of("y", 2));
        other.put("x", 1);
        ScriptedModel model = ScriptedModel.of(
                answer("First.", call("1", "a", one)), calls(call("2", "a", other)), calls(call("3", "a", one)));

        AgentResult result = run(model, tool("a", input -> inputs.add(input)));

        assertThat(result.end()).isEqualTo(AgentEnd.REPEATED_CALL);
        assertThat(result.text())
                .isEqualTo("I've made the same tool call 3 times in a row. Here's what I have so far: First.");
        assertThat(inputs).hasSize(3); // the third call runs, because its result must be compared
        assertThat(model.requests()).hasSize(3);
    }

    @Test
    void theSameCallWithDifferentResultsContinues() {
        CompletionResponse[] answers =
                Collections.nCopies(6, calls(call("1", "count"))).toArray(CompletionResponse[]::new);
        answers[5] = text("done");

        AgentResult result = run(ScriptedModel.of(answers), counting);

        assertThat(result.end()).isEqualTo(AgentEnd.ANSWERED);
        assertThat(runs).hasValue(5);
    }

    @Test
    void aPolledToolCanRunUpToTheLimit() {
        AgentResult tooOften = run(polls(5), polling);
        assertThat(tooOften.end()).isEqualTo(AgentEnd.REPEATED_CALL);
        assertThat(tooOften.turns()).isEqualTo(3);

        runs.set(0);
        assertThat(run(polls(5), limits -> limits.withMaxRepeatedCalls(5), polling)
                        .text())
                .isEqualTo("done");
        runs.set(-10);
        assertThat(run(polls(15), limits -> limits.withMaxRepeatedCalls(0), polling)
                        .text())
                .isEqualTo("done");
        runs.set(0);
        assertThat(run(polls(5), limits -> limits.withMaxRepeatedCalls(2), polling)
                        .turns())
                .isEqualTo(2);
    }

    @Test
    void theAnswerNamesTheLimit() {
        assertThat(run(polls(9), limits -> limits.withMaxRepeatedCalls(4), named("poll"))
                        .text())
                .startsWith("I've made the same tool call 4 times in a row.");
    }

    @Test
    void theCallsOfOneTurnCountOnce() {
        ToolCall[] same = {call("1", "a"), call("2", "a"), call("3", "a"), call("4", "a"), call("5", "b")};

        AgentResult result = run(ScriptedModel.of(calls(same), calls(same), text("done")), named("a"), named("b"));

        assertThat(result.end()).isEqualTo(AgentEnd.ANSWERED);
        assertThat(result.toolCalls())
                .hasSize(10)
                .allSatisfy(executed -> assertThat(executed.result().isError()).isFalse());
    }

    @Test
    void everyCallOfATurnHasItsOwnStreak() {
        CompletionResponse both = calls(call("1", "a"), call("2", "b"));

        assertThat(run(ScriptedModel.of(both, both, both), named("a"), named("b"))
                        .end())
                .isEqualTo(AgentEnd.REPEATED_CALL);
    }

    @Test
    void aTurnWithoutTheCallEndsTheStreak() {
        CompletionResponse a = calls(call("1", "a"));

        AgentResult result =
                run(ScriptedModel.of(a, a, calls(call("1", "b")), a, a, text("done")), named("a"), named("b"));

        assertThat(result.end()).isEqualTo(AgentEnd.ANSWERED);
    }

    @Test
    void repeatedErrorsEndTheRunToo() {
        CompletionResponse broken = calls(ToolCall.malformed("1", "a", "{\"n\": "));

        assertThat(run(ScriptedModel.of(broken, broken, broken), named("a")).end())
                .isEqualTo(AgentEnd.REPEATED_CALL);
    }

    @Test
    void theLimitOfTurnsComesFirstIfBothAreReached() {
        AgentResult result = run(polls(9), limits -> limits.withMaxTurns(3), named("poll"));

        assertThat(result.end()).isEqualTo(AgentEnd.MAX_TURNS);
        assertThat(result.text()).startsWith("I've reached the maximum number of turns (3).");
    }
}
