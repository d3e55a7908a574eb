package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.postern.StreamEvent.ContentDelta;
import dev.postern.StreamEvent.MessageStop;
import dev.postern.StreamEvent.ReasoningDelta;
import dev.postern.StreamEvent.ToolCallComplete;
import dev.postern.StreamEvent.ToolCallDelta;
import dev.postern.StreamEvent.ToolCallStart;
import dev.postern.StreamEvent.UsageReported;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CompletionCollectorTest {
    private static final ToolCall FIRST = ToolCall.of("c1", "weather", Map.of("city", "Paris"));
    private static final ToolCall SECOND = ToolCall.malformed("c2", "clock", "{");
    private static final ProviderData DATA = new ProviderData("gemini", Map.of("k", "v"));
    private static final MessageStop STOP = new MessageStop(StopReason.END_TURN, "m", Map.of("id", "a1"));

    static Stream<Arguments> folds() {
        return Stream.of(
                fold("nothing", List.of(), List.of()),
                fold("text", List.of(text("Hel"), text("lo")), List.of(Content.text("Hello"))),
                fold(
                        "reasoning",
                        List.of(ReasoningDelta.of("h"), ReasoningDelta.of("m")),
                        List.of(Content.Reasoning.of("hm"))),
                fold(
                        "a signature after the reasoning",
                        List.of(ReasoningDelta.of("hm"), thought("", "sig", "", ProviderData.NONE)),
                        List.of(new Content.Reasoning("hm", "sig", "", ProviderData.NONE))),
                fold(
                        "a signature with the reasoning",
                        List.of(thought("hm", "sig", "", ProviderData.NONE)),
                        List.of(new Content.Reasoning("hm", "sig", "", ProviderData.NONE))),
                fold(
                        "blocks that end with a signature, redaction or provider data",
                        List.of(
                                ReasoningDelta.of("a"),
                                thought("", "sig", "", ProviderData.NONE),
                                thought("", "", "red", ProviderData.NONE),
                                ReasoningDelta.of("b"),
                                thought("c", "", "", DATA),
                                ReasoningDelta.of("d")),
                        List.of(
                                new Content.Reasoning("a", "sig", "", ProviderData.NONE),
                                new Content.Reasoning("", "", "red", ProviderData.NONE),
                                new Content.Reasoning("bc", "", "", DATA),
                                Content.Reasoning.of("d"))),
                fold(
                        "text and reasoning by turns",
                        List.of(
                                text("a"),
                                ReasoningDelta.of("b"),
                                text("c"),
                                text("d"),
                                ReasoningDelta.of("e"),
                                ReasoningDelta.of("f"),
                                text("g")),
                        List.of(
                                Content.text("a"),
                                Content.Reasoning.of("b"),
                                Content.text("cd"),
                                Content.Reasoning.of("ef"),
                                Content.text("g"))),
                fold(
                        "a tool call between texts",
                        List.of(
                                text("a"),
                                new ToolCallStart("c1", "weather"),
                                new ToolCallDelta("c1", "{\"city\":"),
                                new ToolCallDelta("c1", "\"Paris\"}"),
                                new ToolCallComplete(FIRST),
                                text("b")),
                        List.of(Content.text("a"), FIRST, Content.text("b"))),
                fold(
                        "a tool call after reasoning",
                        List.of(ReasoningDelta.of("hm"), new ToolCallComplete(FIRST), ReasoningDelta.of("ok")),
                        List.of(Content.Reasoning.of("hm"), FIRST, Content.Reasoning.of("ok"))),
                fold(
                        "mixed tool calls in the order in which they are whole",
                        List.of(
                                new ToolCallStart("c1", "weather"),
                                new ToolCallStart("c2", "clock"),
                                new ToolCallDelta("c2", "{"),
                                new ToolCallDelta("c1", "{}"),
                                new ToolCallComplete(SECOND),
                                new ToolCallComplete(FIRST)),
                        List.of(SECOND, FIRST)));
    }

    private static Arguments fold(String name, List<StreamEvent> events, List<Content> content) {
        return arguments(name, events, content);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("folds")
    void foldsEventsIntoParts(String name, List<StreamEvent> events, List<Content> content) {
        CompletionCollector collector = new CompletionCollector();
        events.forEach(collector::accept);
        collector.accept(STOP);
        collector.accept(new UsageReported(Usage.of(1, 2)));

        assertThat(collector.result())
                .isEqualTo(CompletionResponse.builder()
                        .model("m")
                        .content(content)
                        .stopReason(StopReason.END_TURN)
                        .usage(Usage.of(1, 2))
                        .serverInfo(Map.of("id", "a1"))
                        .build());
    }

    @Test
    void hasNoUsageIfTheStreamReportedNone() {
        CompletionCollector collector = new CompletionCollector();
        collector.accept(STOP);

        assertThat(collector.result().usage()).isEmpty();
    }

    @Test
    void failsIfNoMessageStopCame() {
        CompletionCollector collector = new CompletionCollector();
        collector.accept(text("half an ans"));
        collector.accept(new UsageReported(Usage.of(1, 2)));

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(collector::result)
                .withMessage("The stream ended without its message stop; what came is not the whole answer.")
                .satisfies(cut -> assertThat(cut.kind()).isEqualTo(LlmException.Kind.INCOMPLETE_STREAM));
    }

    @Test
    void returnsTheTextSoFar() {
        CompletionCollector collector = new CompletionCollector();
        assertThat(collector.textSoFar()).isEmpty();

        collector.accept(text("a"));
        collector.accept(ReasoningDelta.of("hm"));
        collector.accept(text("b"));
        collector.accept(text("c"));

        assertThat(collector.textSoFar()).isEqualTo("abc");
    }

    @Test
    void refusesAnEventThatIsNull() {
        assertThatNullPointerException().isThrownBy(() -> new CompletionCollector().accept(null));
    }

    static Stream<CompletionResponse> answers() {
        return Stream.of(
                CompletionResponse.builder().build(),
                CompletionResponse.builder().content("").usage(Usage.of(3, 0)).build(),
                CompletionResponse.builder().model("m").content("Hello!").build(),
                answer(FIRST),
                answer(Content.text("a"), FIRST, SECOND.with(DATA), Content.text("b")),
                answer(Content.Reasoning.of("hm"), Content.text("a")),
                answer(
                        new Content.Reasoning("a", "sig", "", ProviderData.NONE),
                        new Content.Reasoning("", "", "red", ProviderData.NONE),
                        new Content.Reasoning("b", "", "", DATA),
                        Content.Reasoning.of("c"),
                        Content.text("d"),
                        Content.Reasoning.of("e"),
                        FIRST,
                        Content.Reasoning.of("f")));
    }

    private static CompletionResponse answer(Content... parts) {
        return CompletionResponse.builder()
                .model("m")
                .content(List.of(parts))
                .stopReason(StopReason.TOOL_USE)
                .usage(Usage.of(15, 8))
                .serverInfo(Map.of(CompletionResponse.FINISH_REASON, "tool_calls"))
                .build();
    }

    @ParameterizedTest
    @MethodSource("answers")
    void foldsTheStreamOfAnAnswerIntoTheAnswer(CompletionResponse answer) {
        LlmProvider provider = TestProvider.answering(answer);
        CompletionRequest request = CompletionRequest.of("Hi");

        assertThat(CompletionCollector.collect(provider.stream(request)))
                .isCompletedWithValue(provider.completions(request));
    }

    @Test
    void mergesAdjacentTextsAndDropsEmptyOnes() {
        CompletionResponse answer = answer(
                Content.text("a"), Content.text(""), Content.text("b"), FIRST, Content.text(""), Content.text("c"));

        CompletableFuture<CompletionResponse> collected =
                CompletionCollector.collect(TestProvider.answering(answer).stream(CompletionRequest.of("Hi")));

        assertThat(collected).isCompletedWithValue(answer(Content.text("ab"), FIRST, Content.text("c")));
        assertThat(collected.join().content()).isEqualTo(answer.content());
    }

    @Test
    void requestsEverythingAndCompletesWithTheStream() {
        ManualStream stream = new ManualStream();
        CompletableFuture<CompletionResponse> answer = CompletionCollector.collect(stream);
        assertThat(stream.requested()).isEqualTo(Long.MAX_VALUE);

        stream.emit(text("a"), STOP);
        assertThat(answer).isNotDone();
        stream.complete();

        assertThat(answer.join().content()).isEqualTo("a");
    }

    @Test
    void failsWithTheStream() {
        LlmException failure = new LlmException(LlmException.Kind.CONNECTION, "Reset.");
        ManualStream stream = new ManualStream();
        CompletableFuture<CompletionResponse> answer = CompletionCollector.collect(stream);

        stream.fail(failure);

        assertThat(failureOf(answer)).isSameAs(failure);
    }

    @Test
    void failsWithTheStreamAndKeepsWhatCameBefore() {
        LlmException earlier = new LlmException(LlmException.Kind.TIMEOUT, "The first attempt.");
        LlmException failure = LlmException.builder(LlmException.Kind.SERVER, "No memory.")
                .answer(CompletionResponse.builder()
                        .model("m")
                        .content("c")
                        .serverInfo(Map.of("id", "a1"))
                        .build())
                .build();
        failure.addSuppressed(earlier);
        ManualStream stream = new ManualStream();
        CompletableFuture<CompletionResponse> answer = CompletionCollector.collect(stream);

        stream.emit(ReasoningDelta.of("hm"), text("a"), text("b"), new ToolCallComplete(FIRST));
        stream.emit(new UsageReported(Usage.of(1, 2)));
        stream.fail(failure);

        assertThat(failureOf(answer)).isInstanceOfSatisfying(LlmException.class, told -> {
            assertThat(told.kind()).isEqualTo(LlmException.Kind.SERVER);
            assertThat(told.retryable()).isTrue();
            assertThat(told.getSuppressed()).containsExactly(earlier);
            assertThat(told.answer())
                    .contains(CompletionResponse.builder()
                            .model("m")
                            .content(List.of(Content.Reasoning.of("hm"), Content.text("ab"), FIRST, Content.text("c")))
                            .stopReason(StopReason.OTHER)
                            .usage(Usage.of(1, 2))
                            .serverInfo(Map.of("id", "a1"))
                            .build());
        });
    }

    @Test
    void failsWhenTheStreamCompletesWithoutItsStop() {
        ManualStream stream = new ManualStream();
        CompletableFuture<CompletionResponse> answer = CompletionCollector.collect(stream);

        stream.emit(text("a"));
        stream.complete();

        assertThat(failureOf(answer))
                .isInstanceOfSatisfying(
                        LlmException.class,
                        cut -> assertThat(cut.kind()).isEqualTo(LlmException.Kind.INCOMPLETE_STREAM));
    }

    @Test
    void cancelsTheStreamWithTheFuture() {
        ManualStream stream = new ManualStream();
        CompletableFuture<CompletionResponse> answer = CompletionCollector.collect(stream);
        assertThat(stream.isCancelled()).isFalse();

        answer.cancel(true);

        assertThat(stream.isCancelled()).isTrue();
    }

    @Test
    void cancelsTheStreamIfOtherCodeCompletesTheFuture() {
        ManualStream stream = new ManualStream();

        CompletionCollector.collect(stream).complete(answer());

        assertThat(stream.isCancelled()).isTrue();
    }

    private static Throwable failureOf(CompletableFuture<?> answer) {
        return answer.handle((done, thrown) -> thrown).join();
    }

    private static StreamEvent text(String delta) {
        return new ContentDelta(delta);
    }

    private static StreamEvent thought(String delta, String signature, String redacted, ProviderData data) {
        return new ReasoningDelta(delta, signature, redacted, data);
    }

    // ---- bounds

    @Test
    void limitsTheSizeOfTheAnswer() {
        Map<String, Supplier<StreamEvent>> endless = Map.of(
                "text", () -> new StreamEvent.ContentDelta("0123456789"),
                "reasoning", () -> StreamEvent.ReasoningDelta.of("0123456789"),
                "signatures", () -> new StreamEvent.ReasoningDelta("", "0123456789", "", ProviderData.NONE),
                "opaque data",
                        () -> new StreamEvent.ReasoningDelta(
                                "", "s", "", new ProviderData("o", Map.of("a", List.of("0123456789")))),
                "calls", () -> new StreamEvent.ToolCallComplete(ToolCall.of("c", "f", Map.of())),
                "arguments",
                        () -> new StreamEvent.ToolCallComplete(
                                ToolCall.of("c", "f", Map.of("a", List.of("0123456789", 1, true)))));
        endless.forEach((what, event) -> {
            CompletionCollector collector = new CompletionCollector(1000);
            assertThatExceptionOfType(LlmException.class)
                    .as(what)
                    .isThrownBy(() -> {
                        for (int i = 0; i < 200; i++) {
                            collector.accept(event.get());
                        }
                    })
                    .withMessageContaining("larger than 1000 characters")
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.PROTOCOL));
        });
    }

    @Test
    void acceptsAnAnswerOfExactlyTheLimit() {
        CompletionCollector collector = new CompletionCollector(13); // its empty metadata are two characters in JSON
        collector.accept(new StreamEvent.ContentDelta("0123456789"));
        collector.accept(new StreamEvent.ContentDelta("a"));
        collector.accept(new StreamEvent.MessageStop(StopReason.END_TURN, "m", Map.of()));

        assertThat(collector.result().content()).isEqualTo("0123456789a");
    }
}
