package dev.postern.schema;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.Message;
import dev.postern.ResponseFormat;
import dev.postern.Role;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.Usage;
import dev.postern.json.Json;
import java.net.URI;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Structured answers from models and servers that support them only in part. */
class StructuredTest {

    private record Person(String name, int born) {}

    private record Loose(String name, Optional<String> place) {}

    private record Link(URI uri) {}

    private record Counts(Map<String, Integer> counts) {}

    private enum Mood {
        @Description("all is well")
        GOOD,
        BAD
    }

    private record Diary(
            String day,
            Optional<Mood> mood,
            OptionalInt pages,
            @Nullable LocalDate date,
            Optional<Loose> loose,
            List<Loose> more) {}

    private static final CompletionRequest REQUEST = CompletionRequest.builder()
            .system("Be brief.")
            .model("m1")
            .user("Who?")
            .build();
    private static final Person ADA = new Person("Ada", 1815);
    private static final String JSON = "{\"name\":\"Ada\",\"born\":1815}";
    private static final LlmException NO_FORMAT =
            new LlmException(Kind.INVALID_REQUEST, "The server refuses response_format.");

    /** Gives the scripted answers in order, and records the requests. */
    private static class Scripted implements LlmProvider {
        private final List<CompletionRequest> requests = new ArrayList<>();
        private final Queue<CompletableFuture<CompletionResponse>> answers = new ArrayDeque<>();

        Scripted says(String text) {
            return answers(CompletionResponse.builder().content(text).build());
        }

        Scripted answers(CompletionResponse response) {
            answers.add(CompletableFuture.completedFuture(response));
            return this;
        }

        Scripted fails(LlmException failure) {
            answers.add(CompletableFuture.failedFuture(failure));
            return this;
        }

        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            requests.add(request);
            return answers.remove();
        }
    }

    private static Person ask(Scripted llm) {
        return Structured.completions(llm, REQUEST, Person.class);
    }

    private static CompletionResponse calling(ToolCall... calls) {
        return CompletionResponse.builder()
                .content(List.of(calls))
                .stopReason(StopReason.TOOL_USE)
                .build();
    }

    @Test
    void theFirstRequestUsesTheResponseFormat() {
        Scripted llm = new Scripted().says(JSON);

        assertThat(ask(llm)).isEqualTo(ADA);
        assertThat(llm.requests).singleElement().satisfies(request -> {
            assertThat(request.system()).isEqualTo("Be brief.");
            assertThat(request.model()).isEqualTo("m1");
            assertThat(request.responseFormat()).hasValueSatisfying(format -> {
                ResponseFormat.JsonSchema schema = (ResponseFormat.JsonSchema) format;
                assertThat(schema.name()).isEqualTo("Person");
                assertThat(schema.strict()).isTrue();
                assertThat(schema.schema()).containsEntry("required", List.of("name", "born"));
            });
        });
    }

    @Test
    void noStrictFormatIsRequestedIfServersRefuseIt() {
        Scripted llm = new Scripted().says("{\"counts\":{\"a\":1}}").says("{\"uri\":\"https://example.com\"}");

        assertThat(Structured.completions(llm, REQUEST, Counts.class).counts()).isEqualTo(Map.of("a", 1));
        assertThat(Structured.completions(llm, REQUEST, Link.class).uri()).hasHost("example.com");
        assertThat(llm.requests)
                .allSatisfy(request -> assertThat(request.responseFormat())
                        .hasValueSatisfying(format -> assertThat(((ResponseFormat.JsonSchema) format).strict())
                                .isFalse()));
        assertThat(llm.requests.get(0).responseFormat())
                .hasValueSatisfying(format -> assertThat(((ResponseFormat.JsonSchema) format).schema())
                        .isEqualTo(RecordType.of(Counts.class).schema()));
    }

    /** Strict servers require all properties; an optional one is nullable instead. */
    @Test
    void optionalComponentsAreRequiredAndNullable() {
        String answer = "{\"day\":\"Monday\",\"mood\":null,\"pages\":null,\"date\":null,\"loose\":null,\"more\":"
                + "[{\"name\":\"Ada\",\"place\":null}]}";
        Scripted llm = new Scripted().says(answer);

        assertThat(Structured.completions(llm, REQUEST, Diary.class))
                .isEqualTo(new Diary(
                        "Monday",
                        Optional.empty(),
                        OptionalInt.empty(),
                        null,
                        Optional.empty(),
                        List.of(new Loose("Ada", Optional.empty()))));
        ResponseFormat.JsonSchema format =
                (ResponseFormat.JsonSchema) llm.requests.get(0).responseFormat().orElseThrow();
        String loose = "\"properties\":{\"name\":{\"type\":\"string\"},\"place\":{\"type\":[\"string\",\"null\"]}},"
                + "\"required\":[\"name\",\"place\"],\"additionalProperties\":false}";
        assertThat(format.strict()).isTrue();
        assertThat(Json.text(format.schema()))
                .isEqualTo("{\"type\":\"object\",\"properties\":{"
                        + "\"day\":{\"type\":\"string\"},"
                        + "\"mood\":{\"type\":[\"string\",\"null\"],\"description\":\"GOOD: all is well\","
                        + "\"enum\":[\"GOOD\",\"BAD\",null]},"
                        + "\"pages\":{\"type\":[\"integer\",\"null\"]},"
                        + "\"date\":{\"type\":[\"string\",\"null\"],\"format\":\"date\"},"
                        + "\"loose\":{\"type\":[\"object\",\"null\"]," + loose + ","
                        + "\"more\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," + loose + "}},"
                        + "\"required\":[\"day\",\"mood\",\"pages\",\"date\",\"loose\",\"more\"],"
                        + "\"additionalProperties\":false}");
        assertThat(SchemaValidator.of(format.schema()).problems(Json.parse(answer)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                JSON,
                "```json\n" + JSON + "\n```",
                "Sure! Here it is:\n```\n" + JSON + "\n```\nAnything else? {}",
                "<think>{\"name\": maybe}</think> " + JSON,
                "First I thought {\"name\":\"Bob\"}, but it is {\"name\":\"Ada\",\"born\":\"1815\"}.",
                "\"{\\\"name\\\":\\\"Ada\\\",\\\"born\\\":1815}\"",
                "{ not json { " + JSON,
                "{\"name\":\"Ada\",\"born\":1815.0,\"invented\":[]}",
            })
    void theJsonIsExtractedFromTheText(String text) {
        Scripted llm = new Scripted().says(text);

        assertThat(ask(llm)).isEqualTo(ADA);
        assertThat(llm.requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"response_format is not supported", "unknown field json_schema", "outputConfig: unexpected"})
    void aServerWithoutFormatsGetsATool(String refusal) {
        Scripted llm = new Scripted()
                .fails(LlmException.builder(Kind.INVALID_REQUEST, "Refused.")
                        .serverMessage(refusal)
                        .build())
                .answers(calling(ToolCall.of("c1", "Person", Map.of("name", "Ada", "born", 1815))));

        assertThat(ask(llm)).isEqualTo(ADA);
        assertThat(llm.requests.get(1).responseFormat()).isEmpty();
        assertThat(llm.requests.get(1).tools()).extracting(ToolDefinition::name).containsExactly("Person");
        assertThat(llm.requests.get(1).toolChoice()).contains(ToolChoice.named("Person"));
    }

    @Test
    void aServerWithoutToolsGetsTheSchemaInThePrompt() {
        Scripted llm = new Scripted()
                .fails(new LlmException(Kind.UNSUPPORTED, "No formats."))
                .fails(new LlmException(Kind.INVALID_REQUEST, "tool_choice is not supported"))
                .says(JSON);

        assertThat(ask(llm)).isEqualTo(ADA);
        CompletionRequest last = llm.requests.get(2);
        assertThat(last.system())
                .startsWith("Be brief.\n\nAnswer with one JSON object")
                .contains("\"required\":[\"name\",\"born\"]");
        assertThat(last.tools()).isEmpty();
        assertThat(last.toolChoice()).isEmpty();
        assertThat(last.responseFormat()).isEmpty();
    }

    @Test
    void aServerThatRefusesAllModesFailsWithItsLastFailure() {
        Scripted llm = new Scripted()
                .fails(new LlmException(Kind.UNSUPPORTED, "1"))
                .fails(new LlmException(Kind.UNSUPPORTED, "2"))
                .fails(new LlmException(Kind.UNSUPPORTED, "3"));

        assertThatThrownBy(() -> ask(llm)).hasMessage("3");
    }

    @ParameterizedTest
    @EnumSource(names = {"RATE_LIMITED", "AUTHENTICATION", "INVALID_REQUEST", "CONTEXT_LENGTH", "CONNECTION"})
    void otherFailuresArePassedToTheCaller(Kind kind) {
        Scripted llm = new Scripted().fails(new LlmException(kind, "max_tokens is too large."));

        LlmException failure = catchThrowableOfType(LlmException.class, () -> ask(llm));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("ask"));
        assertThat(llm.requests).hasSize(1);
    }

    @Test
    void anInvalidAnswerIsSentBackOnceWithTheReason() {
        Scripted llm =
                new Scripted().says("{\"name\":\"Ada\",\"born\":\"long ago\"}").says(JSON);

        assertThat(ask(llm)).isEqualTo(ADA);
        List<Message> messages = llm.requests.get(1).messages();
        assertThat(messages).hasSize(3);
        assertThat(messages.get(1)).isEqualTo(Message.assistant("{\"name\":\"Ada\",\"born\":\"long ago\"}"));
        assertThat(messages.get(2).text())
                .startsWith("Your answer is invalid: born: must be an integer, but is text.\nAnswer again")
                .contains("\"properties\"");
        assertThat(llm.requests.get(1).responseFormat()).isPresent();
    }

    @Test
    void anAnswerWithoutJsonIsSentBack() {
        Scripted llm = new Scripted().says("It was Ada.").says(JSON);
        Scripted silent = new Scripted().says("").says(JSON);

        assertThat(ask(llm)).isEqualTo(ADA);
        assertThat(llm.requests.get(1).messages().get(2).text()).contains("it has no JSON object");
        assertThat(ask(silent)).isEqualTo(ADA);
        assertThat(silent.requests.get(1).messages()).extracting(Message::role).containsExactly(Role.USER, Role.USER);
    }

    @Test
    void anInvalidCallGetsAnErrorResult() {
        Scripted llm = new Scripted()
                .fails(NO_FORMAT)
                .answers(calling(
                        ToolCall.of("c1", "Person", Map.of("name", "Ada")),
                        ToolCall.malformed("c2", "Person", "{\"na")))
                .answers(calling(ToolCall.of("c3", "Person", Map.of("name", "Ada", "born", 1815))));

        assertThat(ask(llm)).isEqualTo(ADA);
        CompletionRequest again = llm.requests.get(2);
        assertThat(again.toolChoice()).contains(ToolChoice.named("Person"));
        assertThat(again.messages()).extracting(Message::role).containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL);
        assertThat(again.messages().get(2).toolResults()).hasSize(2).allSatisfy(result -> {
            assertThat(result.isError()).isTrue();
            assertThat(result.text()).contains("born: is missing");
        });
    }

    @Test
    void aMalformedCallWithJsonIsAccepted() {
        Scripted llm = new Scripted()
                .fails(NO_FORMAT)
                .answers(calling(ToolCall.malformed("c1", "Person", "```json\n" + JSON + "\n```")));

        assertThat(ask(llm)).isEqualTo(ADA);
    }

    @Test
    void aCallOfAnUnknownToolIsNotSentBack() {
        Scripted llm = new Scripted()
                .answers(calling(ToolCall.of("c1", "search", Map.of())))
                .says(JSON);

        assertThat(ask(llm)).isEqualTo(ADA);
        assertThat(llm.requests.get(1).messages())
                .flatExtracting(Message::toolCalls)
                .isEmpty();
    }

    @Test
    void twoInvalidAnswersAreAFailure() {
        Scripted llm = new Scripted().says("{}").says("{\"name\":\"Ada\",\"born\":null}");

        assertThatThrownBy(() -> ask(llm))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
                    assertThat(e.backend()).isEqualTo("scripted");
                })
                .hasMessage("The model's answer is not a valid Person, even after a second request: "
                        + "born: must be an integer, but is null.");
    }

    @Test
    void anAnswerCutByTheTokenLimitIsReported() {
        Scripted llm = new Scripted()
                .answers(CompletionResponse.builder()
                        .content("{\"name\":\"A")
                        .stopReason(StopReason.MAX_TOKENS)
                        .build());

        assertThatThrownBy(() -> ask(llm))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PROTOCOL))
                .hasMessage("The answer reached its token limit before the Person was complete; raise maxTokens.");
        assertThat(llm.requests).hasSize(1);
    }

    @Test
    void aCompleteAnswerAtTheTokenLimitIsAccepted() {
        assertThat(ask(new Scripted()
                        .answers(CompletionResponse.builder()
                                .content(JSON)
                                .stopReason(StopReason.MAX_TOKENS)
                                .build())))
                .isEqualTo(ADA);
    }

    @Test
    void aRefusalIsReported() {
        Scripted llm = new Scripted()
                .answers(CompletionResponse.builder()
                        .content("I cannot help with that.")
                        .stopReason(StopReason.CONTENT_FILTER)
                        .build());

        assertThatThrownBy(() -> ask(llm))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONTENT_FILTER))
                .hasMessageContaining("refused to answer: I cannot help with that.");
    }

    @Test
    void theAnswerHasTheResponsesAndTheUsage() {
        Scripted llm = new Scripted()
                .answers(CompletionResponse.builder()
                        .content("{}")
                        .usage(Usage.of(10, 1))
                        .build())
                .answers(CompletionResponse.builder()
                        .content(JSON)
                        .usage(Usage.of(20, 2))
                        .build());

        StructuredAnswer<Person> answer = Structured.answer(llm, REQUEST, Person.class);

        assertThat(answer.value()).isEqualTo(ADA);
        assertThat(answer.responses()).extracting(CompletionResponse::content).containsExactly("{}", JSON);
        assertThat(answer.usage()).contains(Usage.of(30, 3));
        assertThat(Structured.answer(new Scripted().says(JSON), REQUEST, Person.class)
                        .usage())
                .isEmpty();
    }

    @Test
    void callableToolsAreRefused() {
        CompletionRequest offering = REQUEST.toBuilder()
                .tool(ToolDefinition.of("Person", "", Map.of()))
                .build();

        assertThatThrownBy(() -> Structured.completions(new Scripted(), offering, Person.class))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST));

        Scripted llm = new Scripted()
                .fails(NO_FORMAT)
                .answers(calling(ToolCall.of("c1", "Person_", Map.of("name", "Ada", "born", 1815))));
        assertThat(Structured.completions(
                        llm, offering.toBuilder().toolChoice(ToolChoice.NONE).build(), Person.class))
                .isEqualTo(ADA);
        assertThat(llm.requests.get(1).toolChoice()).contains(ToolChoice.named("Person_"));
    }

    @Test
    void cancellingCancelsTheRunningRequest() {
        CompletableFuture<CompletionResponse> second = new CompletableFuture<>();
        Scripted llm = new Scripted().says("{}");
        llm.answers.add(second);

        CompletableFuture<Person> answer = Structured.completionsAsync(llm, REQUEST, Person.class);
        assertThat(answer).isNotDone();
        answer.cancel(true);

        assertThat(second).isCancelled();
        assertThat(answer).isCancelled();
    }

    @Test
    void noRequestFollowsACancellation() {
        CompletableFuture<CompletionResponse> first = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false; // a provider that ignores the cancellation
            }
        };
        Scripted llm = new Scripted();
        llm.answers.add(first);
        CompletableFuture<CompletionResponse> second = new CompletableFuture<>();
        llm.answers.add(second);

        Structured.completionsAsync(llm, REQUEST, Person.class).cancel(true);
        first.complete(CompletionResponse.builder().content("{}").build());

        assertThat(llm.requests).hasSize(1);
    }

    @Test
    void theFutureFailsWithTheUnwrappedException() {
        assertThatThrownBy(() -> Structured.completionsAsync(
                                new Scripted().fails(new LlmException(Kind.SERVER, "down")), REQUEST, Person.class)
                        .get(30, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(LlmException.class);
    }

    @Test
    void anInterruptEndsTheBlockingCall() throws Exception {
        CompletableFuture<CompletionResponse> never = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(1);
        Scripted llm = new Scripted() {
            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                asked.countDown();
                return never;
            }
        };
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread waiting = new Thread(() -> {
            try {
                ask(llm);
            } catch (LlmException e) {
                failure.set(e);
            }
        });

        waiting.start();
        assertThat(asked.await(30, SECONDS)).isTrue();
        waiting.interrupt();
        waiting.join(30_000);

        assertThat(failure.get())
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
        assertThat(never).isCancelled();
    }
}
