package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.postern.CallContext;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.schema.Description;
import dev.postern.testkit.project.QuietLog;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The arguments and results of tools. */
class ToolTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private record Trip(@Description("a city") String city, int days, Optional<String> note) {}

    private record Range(int from, int to) {
        Range {
            if (from > to) {
                throw new IllegalArgumentException("from must not be after to");
            }
        }
    }

    private record Nothing() {}

    private record Forecast(LocalDate day, int degrees, Optional<String> warning) {}

    private static final Map<String, Object> CITY = Map.of(
            "type", "object", "properties", Map.of("city", Map.of("type", "string")), "required", List.of("city"));

    private static ToolResult call(Tool tool, Map<String, ?> input) {
        return tool.call(
                        ToolCall.of("c1", tool.name(), input),
                        CallContext.NONE,
                        TestTools.FAILURES,
                        new ToolReport(),
                        Runnable::run)
                .join();
    }

    /** The result for the model when a tool returns a value. */
    private static ToolResult returned(Object value) {
        return call(Tool.of("t", "", Nothing.class, nothing -> value), Map.of());
    }

    @Test
    void theRecordDescribesTheTool() {
        Tool tool = Tool.of("plan", "Plans a trip.", Trip.class, trip -> "");

        assertThat(tool.name()).isEqualTo("plan");
        assertThat(tool).hasToString("Tool[plan]");
        assertThat(tool.definition().description()).isEqualTo("Plans a trip.");
        assertThat(tool.definition().inputSchema())
                .contains(entry("required", List.of("city", "days")), entry("additionalProperties", false));
    }

    @Test
    void theFunctionGetsTheRecord() {
        Tool tool = Tool.of("plan", "", Trip.class, trip -> trip.city() + trip.days() + trip.note());

        ToolResult result = call(tool, Map.of("city", "Rome", "days", "3", "invented", true));

        assertThat(result).isEqualTo(ToolResult.of("c1", "Rome3Optional.empty"));
    }

    @Test
    void invalidArgumentsAreReportedAndNothingRuns() {
        AtomicInteger runs = new AtomicInteger();
        Tool tool = Tool.of("plan", "", Trip.class, trip -> runs.incrementAndGet());

        ToolResult result = call(tool, Map.of("days", "three"));

        assertThat(result.isError()).isTrue();
        assertThat(result.callId()).isEqualTo("c1");
        assertThat(result.text())
                .startsWith("Error: the arguments of plan are invalid: city: is missing; days: must be an integer,"
                        + " but is text\n"
                        + "The tool did not run. Call it again with arguments that follow this JSON"
                        + " Schema: {\"type\":")
                .contains("\"description\":\"a city\"");
        assertThat(runs).hasValue(0);
    }

    @Test
    void aRefusalByTheRecordIsReported() {
        ToolResult result = call(Tool.of("t", "", Range.class, range -> ""), Map.of("from", 2, "to", 1));

        assertThat(result.isError()).isTrue();
        assertThat(result.text()).contains("are invalid: from must not be after to\n");
    }

    @Test
    void argumentsThatAreNotJsonAreReportedAndNothingRuns() {
        AtomicInteger runs = new AtomicInteger();
        Tool tool = Tool.of(ToolDefinition.of("t", "", Map.of()), arguments -> runs.incrementAndGet());

        ToolResult result = tool.call(
                        ToolCall.malformed("c1", "t", "{\"city\": \"Par" + "x".repeat(5000)),
                        CallContext.NONE,
                        TestTools.FAILURES,
                        new ToolReport(),
                        Runnable::run)
                .join();

        assertThat(result.isError()).isTrue();
        assertThat(result.text())
                .startsWith("Error: the arguments of t are not a JSON object: {\"city\": \"Parxxx")
                .hasSizeLessThan(1000);
        assertThat(runs).hasValue(0);
    }

    @Test
    void aToolWithItsOwnSchemaGetsTheArgumentsThatItDoesNotForbid() {
        List<Map<String, Object>> seen = new ArrayList<>();
        Map<String, Object> closed = new LinkedHashMap<>(CITY);
        closed.put("additionalProperties", false);
        Tool tool = Tool.of(ToolDefinition.of("t", "", closed), arguments -> {
            seen.add(arguments);
            return null;
        });

        assertThat(call(tool, Map.of("city", "Rome", "admin", true)).text()).isEqualTo("Done.");
        assertThat(call(tool, Map.of("city", 7)).text()).contains("city: must be text, but is 7");
        assertThat(call(tool, Map.of()).text()).contains("city: is missing");
        assertThat(seen).containsExactly(Map.of("city", "Rome"));
    }

    @Test
    void aToolWhoseSchemaForbidsNothingGetsAllArguments() {
        Tool any = Tool.of(ToolDefinition.of("t", "", Map.of("type", "object")), Map::toString);
        Tool named = Tool.of(ToolDefinition.of("t", "", CITY), Map::toString);

        assertThat(call(any, Map.of("rm", "-rf")).text()).isEqualTo("{rm=-rf}");
        assertThat(call(named, new TreeMap<>(Map.of("city", "Rome", "days", 3))).text())
                .isEqualTo("{city=Rome, days=3}");
    }

    /** Formats are not checked, so it is unknown which alternative matches. */
    @Test
    void aToolWhoseArgumentHasOneOfTwoFormatsCanBeCalled() {
        Map<String, Object> when = Map.of(
                "oneOf",
                List.of(Map.of("type", "string", "format", "date"), Map.of("type", "string", "format", "date-time")));
        Tool tool = Tool.of(ToolDefinition.of("t", "", Map.of("properties", Map.of("when", when))), Map::toString);

        assertThat(call(tool, Map.of("when", "2026-01-31")).text()).isEqualTo("{when=2026-01-31}");
        assertThat(call(tool, Map.of("when", 7)).text()).contains("when: matches none of 2 alternatives");
    }

    @Test
    void anInvalidToolIsRefusedWhenItIsCreated() {
        assertThatThrownBy(() -> Tool.of(ToolDefinition.of("t", "", Map.of("type", "text")), arguments -> ""))
                .isInstanceOf(LlmException.class)
                .hasMessage("The JSON Schema is malformed: type: unknown type \"text\".");
        assertThatThrownBy(() -> Tool.of("", "", Nothing.class, nothing -> "")).isInstanceOf(LlmException.class);
        assertThatThrownBy(() -> Tool.of("t", "", Nothing.class, nothing -> "").withMaxResult(0))
                .isInstanceOf(LlmException.class);
    }

    @Test
    void theReturnValueBecomesTheResult() {
        assertThat(returned("18 °C")).isEqualTo(ToolResult.of("c1", "18 °C"));
        assertThat(returned(new StringBuilder("text")).text()).isEqualTo("text");
        assertThat(returned(null).text()).isEqualTo("Done.");
        assertThat(returned(7).text()).isEqualTo("7");
        assertThat(returned(false).text()).isEqualTo("false");
        assertThat(returned(LocalDate.of(2026, 1, 31)).text()).isEqualTo("2026-01-31");
        assertThat(returned(Optional.empty()).text()).isEqualTo("null");
        assertThat(returned(Optional.of("there")).text()).isEqualTo("there");
        assertThat(returned(List.of()).text()).isEqualTo("[]");
        assertThat(returned(new Forecast(LocalDate.of(2026, 1, 31), 18, Optional.empty()))
                        .text())
                .isEqualTo("{\"day\":\"2026-01-31\",\"degrees\":18}");
        assertThat(returned(List.of(Map.of("b", 1, "a", new Nothing()))).text()).isEqualTo("[{\"a\":{},\"b\":1}]");
    }

    @Test
    void contentIsPassedOnUnchanged() {
        Content image = Content.image("image/png", new byte[] {1});

        assertThat(returned(image)).isEqualTo(new ToolResult("c1", List.of(image), false));
        assertThat(returned(Optional.of(image))).isEqualTo(returned(image));
        assertThat(returned(List.of(Content.text("a picture"), image)).content())
                .hasSize(2)
                .last()
                .isSameAs(image);
        assertThat(returned(List.of(Content.Reasoning.of("hm"))).isError()).isTrue();
    }

    @Test
    void aResultGetsTheIdOfTheCall() {
        assertThat(returned(ToolResult.error("other", "no"))).isEqualTo(ToolResult.error("c1", "no"));
    }

    @Test
    void aValueThatIsNotJsonIsAnErrorThatSaysThatTheToolRan() {
        ToolResult result = returned(Thread.currentThread());

        assertThat(result.isError()).isTrue();
        assertThat(result.text())
                .isEqualTo("Error: the tool has run, but its return value cannot be converted to JSON: a"
                        + " java.lang.Thread is not a JSON value.");
    }

    @Test
    void aLongResultIsCutWithAMark() {
        Tool tool = Tool.of("t", "", Nothing.class, nothing -> "1234567890").withMaxResult(4);

        assertThat(call(tool, Map.of()).text()).isEqualTo("1234\n[cut: 4 of 10 characters]");
        assertThat(call(tool.withMaxResult(10), Map.of()).text()).isEqualTo("1234567890");
        assertThat(returned("x".repeat(300_000)).text())
                .hasSizeLessThan(262_144 + 100)
                .endsWith("[cut: 262144 of 300000 characters]");
    }

    @Test
    void aCutNeverSplitsASurrogatePair() {
        Tool tool = Tool.of("t", "", Nothing.class, nothing -> "a😀b").withMaxResult(2);

        assertThat(call(tool, Map.of()).text()).isEqualTo("a\n[cut: 1 of 4 characters]");
    }

    @Test
    void theTextsOfAResultAreCutTogether() {
        Content image = Content.image("image/png", new byte[] {1});
        List<Content> parts = List.of(Content.text("12345"), image, Content.text("67890"), Content.text("x"));
        Tool tool = Tool.of("t", "", Nothing.class, nothing -> parts).withMaxResult(7);

        assertThat(call(tool, Map.of()).content())
                .containsExactly(Content.text("12345"), image, Content.text("67\n[cut: 2 of 5 characters]"));
    }

    private static String failure(Function<Nothing, Object> function) {
        ToolResult result = call(Tool.of("t", "", Nothing.class, function), Map.of());
        assertThat(result.isError()).isTrue();
        return result.text();
    }

    @Test
    void theClassOfAnExceptionIsReported() {
        assertThat(failure(nothing -> {
                    throw new IllegalStateException("the disk is full");
                }))
                .isEqualTo("Error: IllegalStateException");
        assertThat(failure(nothing -> {
                    throw new IllegalStateException();
                }))
                .isEqualTo("Error: IllegalStateException");
        assertThat(failure(nothing -> {
                    throw new IllegalStateException("odd") {};
                }))
                .isEqualTo("Error: IllegalStateException");
        assertThat(failure(nothing -> {
                    throw new NoClassDefFoundError("a/B");
                }))
                .isEqualTo("Error: NoClassDefFoundError");
        assertThat(failure(nothing -> {
                    throw new CompletionException(new IllegalStateException("inner"));
                }))
                .isEqualTo("Error: IllegalStateException");
        assertThat(failure(nothing -> {
                    throw new LlmException(LlmException.Kind.TIMEOUT, "Too slow.");
                }))
                .isEqualTo("Error: LlmException[TIMEOUT]");
        assertThat(failure(nothing -> {
                    throw new ToolException("x".repeat(100_000));
                }))
                .hasSizeLessThan(3000);
    }

    @Test
    void aFunctionThatThrowsRunsOnce() {
        for (RuntimeException thrown : List.of(
                new ClassCastException("x"), new IllegalArgumentException("x"), new NullPointerException("x"))) {
            AtomicInteger runs = new AtomicInteger();
            call(
                    Tool.of("t", "", Nothing.class, nothing -> {
                        runs.incrementAndGet();
                        throw thrown;
                    }),
                    Map.of());

            assertThat(runs).hasValue(1);
        }
    }

    @Test
    void aVirtualMachineErrorIsNotHidden() {
        Tool tool = Tool.of("t", "", Nothing.class, nothing -> {
            throw new OutOfMemoryError("no more");
        });

        assertThat(tool.call(
                        ToolCall.of("c1", "t", Map.of()),
                        CallContext.NONE,
                        TestTools.FAILURES,
                        new ToolReport(),
                        Runnable::run))
                .isCompletedExceptionally()
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withCauseInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void theValueOfTheStageBecomesTheResult() {
        assertThat(call(
                        Tool.async("t", "", Trip.class, trip -> CompletableFuture.completedFuture(trip.city())),
                        Map.of("city", "Rome", "days", 1)))
                .isEqualTo(ToolResult.of("c1", "Rome"));
        assertThat(call(
                        Tool.async(
                                ToolDefinition.of("t", "", CITY),
                                arguments -> CompletableFuture.failedStage(new IllegalStateException("down"))),
                        Map.of("city", "Rome")))
                .isEqualTo(ToolResult.error("c1", "Error: IllegalStateException"));
        assertThat(call(Tool.async("t", "", Nothing.class, nothing -> null), Map.of())
                        .text())
                .isEqualTo("Error: NullPointerException");
        assertThat(call(
                                Tool.async(
                                        "t",
                                        "",
                                        Nothing.class,
                                        nothing -> CompletableFuture.completedStage(Thread.currentThread())),
                                Map.of())
                        .isError())
                .isTrue();
    }
}
