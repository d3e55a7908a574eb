package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionRequestTest {
    private static final ToolDefinition WEATHER = ToolDefinition.of("weather", "", Map.of());
    private static final ToolDefinition CLOCK = ToolDefinition.of("clock", "", Map.of());

    /** Every field has a value that is not its default. */
    private static final CompletionRequest FULL = CompletionRequest.builder()
            .backend("alt")
            .model("m")
            .system("Be brief.")
            .user("Hi")
            .assistant("Hello!")
            .toolResults(ToolResult.of("c1", "18 C"))
            .tool(WEATHER)
            .toolChoice(ToolChoice.ANY)
            .temperature(0.5)
            .maxTokens(10)
            .topP(0.9)
            .seed(7L)
            .presencePenalty(-0.5)
            .frequencyPenalty(1.5)
            .stop("END", "STOP")
            .reasoningEffort("low")
            .parallelToolCalls(false)
            .responseFormat(ResponseFormat.jsonObject())
            .requestMetadata(Map.of("team", "a"))
            .notes(Map.of("user", "u1"))
            .extra(Map.of("top_k", 40))
            .options(CallOptions.builder().header("X-Trace", "1").build())
            .build();

    static Stream<Arguments> badRequests() {
        return Stream.of(
                bad(
                        "messages: must not be empty; add at least one message of the user",
                        request -> request.messages(List.of())),
                bad(
                        "tools[1].name: there are two tools named 'weather'",
                        request -> request.tools(List.of(WEATHER, WEATHER))),
                bad(
                        "tools[2].name: there are two tools named 'weather'",
                        request -> request.tool(WEATHER).tool(CLOCK).tool(WEATHER)),
                bad(
                        "tool_choice: asks for a tool, but the request has none",
                        request -> request.toolChoice(ToolChoice.ANY)),
                bad(
                        "tool_choice: asks for a tool, but the request has none",
                        request -> request.toolChoice(ToolChoice.named("weather"))),
                bad(
                        "tool_choice: there is no tool named 'clock'",
                        request -> request.tool(WEATHER).toolChoice(ToolChoice.named("clock"))),
                bad("temperature: must be a number, at least 0, but is -0.1", request -> request.temperature(-0.1)),
                bad(
                        "temperature: must be a number, at least 0, but is NaN",
                        request -> request.temperature(Double.NaN)),
                bad(
                        "temperature: must be a number, at least 0, but is Infinity",
                        request -> request.temperature(Double.POSITIVE_INFINITY)),
                bad("top_p: must be between 0 and 1, but is 1.1", request -> request.topP(1.1)),
                bad("top_p: must be between 0 and 1, but is -1.0", request -> request.topP(-1.0)),
                bad("top_p: must be between 0 and 1, but is NaN", request -> request.topP(Double.NaN)),
                bad("presence_penalty: must be a number, but is NaN", request -> request.presencePenalty(Double.NaN)),
                bad(
                        "frequency_penalty: must be a number, but is -Infinity",
                        request -> request.frequencyPenalty(Double.NEGATIVE_INFINITY)),
                bad("max_tokens: must be at least 1, but is 0", request -> request.maxTokens(0)),
                bad("max_tokens: must be at least 1, but is -5", request -> request.maxTokens(-5)),
                bad("stop[1]: must not be empty", request -> request.stop("END", "")),
                bad(
                        "extra.top_k: Infinity is not a JSON number",
                        request -> request.extra(Map.of("top_k", Double.POSITIVE_INFINITY))),
                bad(
                        "notes.when[0]: java.time.Duration is not a JSON value;"
                                + " use String, Number, Boolean, List or Map",
                        request -> request.notes(Map.of("when", List.of(Duration.ZERO)))),
                bad(
                        "request_metadata.team: must be a string",
                        request -> request.requestMetadata(Collections.singletonMap("team", null))));
    }

    private static Arguments bad(String message, UnaryOperator<CompletionRequest.Builder> mistake) {
        return arguments(message, mistake);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badRequests")
    void refusesABadRequestAndNamesTheField(String message, UnaryOperator<CompletionRequest.Builder> mistake) {
        CompletionRequest.Builder builder =
                mistake.apply(CompletionRequest.builder().user("Hi"));

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(builder::build)
                .withMessage(message)
                .satisfies(refused -> {
                    assertThat(refused.kind()).isEqualTo(LlmException.Kind.INVALID_REQUEST);
                    assertThat(refused.retryable()).isFalse();
                    assertThat(refused.status()).isEmpty();
                });
    }

    @Test
    void acceptsTheLimitsOfEachRange() {
        CompletionRequest request = CompletionRequest.builder()
                .message(Message.user())
                .temperature(0.0)
                .topP(1.0)
                .maxTokens(1)
                .presencePenalty(-2.0)
                .frequencyPenalty(-2.0)
                .toolChoice(ToolChoice.NONE)
                .build();

        assertThat(request.temperature()).hasValue(0);
        assertThat(request.topP()).hasValue(1);
        assertThat(request.maxTokens()).hasValue(1);
        assertThat(request.toolChoice()).contains(ToolChoice.NONE);
    }

    @Test
    void doesNotCheckAToolChoiceOfTheVendor() {
        ToolChoice vendor = new ToolChoice.Vendor(Map.of("type", "web_search"));

        assertThat(CompletionRequest.builder()
                        .user("Hi")
                        .toolChoice(vendor)
                        .build()
                        .toolChoice())
                .contains(vendor);
    }

    @Test
    void leavesUnsetFieldsEmpty() {
        CompletionRequest request = CompletionRequest.of("Hi");

        assertThat(request.messages()).containsExactly(Message.user("Hi"));
        assertThat(request.backend()).isEmpty();
        assertThat(request.model()).isEmpty();
        assertThat(request.system()).isEmpty();
        assertThat(request.tools()).isEmpty();
        assertThat(request.toolChoice()).isEmpty();
        assertThat(request.temperature()).isEmpty();
        assertThat(request.maxTokens()).isEmpty();
        assertThat(request.topP()).isEmpty();
        assertThat(request.seed()).isEmpty();
        assertThat(request.presencePenalty()).isEmpty();
        assertThat(request.frequencyPenalty()).isEmpty();
        assertThat(request.stop()).isEmpty();
        assertThat(request.reasoningEffort()).isEmpty();
        assertThat(request.parallelToolCalls()).isEmpty();
        assertThat(request.responseFormat()).isEmpty();
        assertThat(request.requestMetadata()).isEmpty();
        assertThat(request.notes()).isEmpty();
        assertThat(request.extra()).isEmpty();
        assertThat(request.options()).isSameAs(CallOptions.NONE);
    }

    static Stream<Method> accessors() {
        return Arrays.stream(CompletionRequest.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !Set.of("toBuilder", "toString", "equals", "context", "withContext", "question")
                        .contains(method.getName()));
    }

    @ParameterizedTest
    @MethodSource("accessors")
    void keepsEveryFieldThroughToBuilder(Method accessor) throws ReflectiveOperationException {
        Object value = accessor.invoke(FULL);

        assertThat(accessor.invoke(FULL.toBuilder().build())).isEqualTo(value);
        assertThat(value)
                .as("of the test's own request")
                .isNotEqualTo(accessor.invoke(
                        CompletionRequest.builder().user("other").build()));
    }

    @ParameterizedTest
    @MethodSource("accessors")
    void returnsImmutableCollections(Method accessor) throws ReflectiveOperationException {
        Object value = accessor.invoke(FULL);

        if (value instanceof List<?> list) {
            assertThatThrownBy(() -> list.remove(0)).isInstanceOf(UnsupportedOperationException.class);
        } else if (value instanceof Map<?, ?> map) {
            assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void copiesTheCollectionsOfTheCaller() {
        List<Object> inner = new ArrayList<>(List.of(1));
        Map<String, Object> values = new HashMap<>(Map.of("list", inner));
        List<Message> messages = new ArrayList<>(List.of(Message.user("Hi")));
        List<ToolDefinition> tools = new ArrayList<>(List.of(WEATHER));
        String[] stop = {"END"};
        CompletionRequest request = CompletionRequest.builder()
                .messages(messages)
                .tools(tools)
                .stop(stop)
                .notes(values)
                .extra(values)
                .build();

        inner.add(2);
        values.put("more", true);
        messages.clear();
        tools.clear();
        stop[0] = "STOP";

        assertThat(request.messages()).containsExactly(Message.user("Hi"));
        assertThat(request.tools()).containsExactly(WEATHER);
        assertThat(request.stop()).containsExactly("END");
        assertThat(request.notes()).isEqualTo(Map.of("list", List.of(1)));
        assertThat(request.extra()).isEqualTo(Map.of("list", List.of(1)));
    }

    @Test
    void isNotChangedByItsBuilder() {
        CompletionRequest.Builder builder = CompletionRequest.builder().user("one");
        CompletionRequest first = builder.build();
        CompletionRequest second = builder.user("two").tool(WEATHER).model("m").build();

        assertThat(first.messages()).containsExactly(Message.user("one"));
        assertThat(first.tools()).isEmpty();
        assertThat(first.model()).isEmpty();
        assertThat(second.messages()).containsExactly(Message.user("one"), Message.user("two"));
    }

    @Test
    void replacesAllMessagesAndTools() {
        CompletionRequest request = FULL.toBuilder()
                .messages(List.of(Message.user("new")))
                .tools(List.of(CLOCK))
                .build();

        assertThat(request.messages()).containsExactly(Message.user("new"));
        assertThat(request.tools()).containsExactly(CLOCK);
    }

    @Test
    void replacesMessagesByASublist() {
        CompletionRequest request = CompletionRequest.builder()
                .messages(FULL.messages().subList(0, 1))
                .build();

        assertThat(request.messages()).containsExactly(Message.user("Hi"));
    }

    @Test
    void unsetsWhatIsSetToNull() {
        CompletionRequest request = FULL.toBuilder()
                .toolChoice(null)
                .temperature(null)
                .maxTokens(null)
                .topP(null)
                .seed(null)
                .presencePenalty(null)
                .frequencyPenalty(null)
                .parallelToolCalls(null)
                .responseFormat(null)
                .build();

        assertThat(request.toolChoice()).isEmpty();
        assertThat(request.temperature()).isEmpty();
        assertThat(request.maxTokens()).isEmpty();
        assertThat(request.topP()).isEmpty();
        assertThat(request.seed()).isEmpty();
        assertThat(request.presencePenalty()).isEmpty();
        assertThat(request.frequencyPenalty()).isEmpty();
        assertThat(request.parallelToolCalls()).isEmpty();
        assertThat(request.responseFormat()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"backend", "model", "system", "reasoningEffort", "message", "tool", "options"})
    void refusesNullAtOnceWhereNullHasNoMeaning(String setter) throws ReflectiveOperationException {
        Method method = Arrays.stream(CompletionRequest.Builder.class.getMethods())
                .filter(candidate -> candidate.getName().equals(setter))
                .findFirst()
                .orElseThrow();

        assertThatThrownBy(() -> method.invoke(CompletionRequest.builder(), (Object) null))
                .isInstanceOf(InvocationTargetException.class)
                .hasCauseInstanceOf(NullPointerException.class);
    }

    static Stream<UnaryOperator<CompletionRequest.Builder>> changes() {
        return Stream.of(
                request -> request.backend("other"),
                request -> request.model("other"),
                request -> request.system("other"),
                request -> request.user("other"),
                request -> request.tool(CLOCK),
                request -> request.toolChoice(ToolChoice.AUTO),
                request -> request.temperature(0.6),
                request -> request.maxTokens(11),
                request -> request.topP(0.8),
                request -> request.seed(8),
                request -> request.presencePenalty(0),
                request -> request.frequencyPenalty(0),
                request -> request.stop("END"),
                request -> request.reasoningEffort("high"),
                request -> request.parallelToolCalls(true),
                request -> request.responseFormat(null),
                request -> request.requestMetadata(Map.of("team", "b")),
                request -> request.notes(Map.of("user", "u2")),
                request -> request.extra(Map.of("top_k", 41)),
                request -> request.options(
                        CallOptions.builder().header("X-Trace", "2").build()));
    }

    @Test
    void everyFieldHasAChange() {
        assertThat(changes()).hasSize((int) accessors().count() - 1); // hashCode has none
    }

    @ParameterizedTest
    @MethodSource("changes")
    void isEqualToARequestWithTheSameFieldsOnly(UnaryOperator<CompletionRequest.Builder> change) {
        CompletionRequest changed = change.apply(FULL.toBuilder()).build();

        assertThat(changed).isNotEqualTo(FULL);
        assertThat(change.apply(FULL.toBuilder()).build()).isEqualTo(changed).hasSameHashCodeAs(changed);
    }

    @Test
    void takesPlainNumbers() {
        CompletionRequest request = CompletionRequest.builder()
                .user("Hi")
                .temperature(1)
                .topP(1)
                .seed(7)
                .presencePenalty(-1)
                .frequencyPenalty(2)
                .build();

        assertThat(request.temperature()).hasValue(1.0);
        assertThat(request.topP()).hasValue(1.0);
        assertThat(request.seed()).hasValue(7);
        assertThat(request.presencePenalty()).hasValue(-1.0);
        assertThat(request.frequencyPenalty()).hasValue(2.0);
    }

    @Test
    void showsInToStringWhatDiffersFromAnEmptyRequest() {
        assertThat(CompletionRequest.of("Hi")).hasToString("CompletionRequest[messages=[user [\"Hi\"]]]");
        assertThat(FULL)
                .hasToString("CompletionRequest[backend=\"alt\", model=\"m\", system=\"Be brief.\","
                        + " messages=[user [\"Hi\"], assistant [\"Hello!\"], tool [ToolResult c1 [\"18 C\"]]],"
                        + " tools=[weather], toolChoice=ANY, temperature=0.5, maxTokens=10, topP=0.9, seed=7,"
                        + " presencePenalty=-0.5, frequencyPenalty=1.5, stop=[\"END\", \"STOP\"],"
                        + " reasoningEffort=\"low\", parallelToolCalls=false, responseFormat=JsonObject[],"
                        + " requestMetadata=[team], notes=[user], extra=[top_k],"
                        + " options=CallOptions[headers=[X-Trace], query=[], timeouts=default]]");
    }

    @Test
    void shortensTextsAndListsInToString() {
        CompletionRequest request = CompletionRequest.builder()
                .system("line\n" + "x".repeat(34) + "\ud83d\ude42 and more")
                .user("1")
                .user("2")
                .message(new Message(
                        Role.ASSISTANT,
                        List.of(
                                Content.Reasoning.of("I need the weather."),
                                ToolCall.of("c1", "weather", Map.of("city", "secret")))))
                .toolResults(ToolResult.error("c1", "y".repeat(50)))
                .user(Content.image("image/png", new byte[] {1, 2, 3}))
                .responseFormat(ResponseFormat.jsonSchema("city", Map.of("type", "object")))
                .build();

        assertThat(request)
                .hasToString("CompletionRequest[system=\"line " + "x".repeat(34) + "…\" (50 characters),"
                        + " messages=[1 more, user [\"2\"],"
                        + " assistant [Reasoning \"I need the weather.\", ToolCall c1 weather],"
                        + " tool [ToolError c1 [\"" + "y".repeat(40) + "…\" (50 characters)]],"
                        + " user [Image[image/png, 4 base64 characters]]], responseFormat=JsonSchema \"city\"]");
    }

    @Test
    void showsNoValueThatCanBeAKeyInToString() {
        CompletionRequest request = CompletionRequest.builder()
                .user("Hi")
                .tool(ToolDefinition.of("t", "secret", Map.of("secret", "secret")))
                .toolChoice(new ToolChoice.Vendor(Map.of("type", "secret")))
                .notes(Map.of("note", "secret"))
                .extra(Map.of("api_key", "secret", "nested", Map.of("a", "secret")))
                .options(CallOptions.builder()
                        .header("Authorization", "secret")
                        .query("key", "secret")
                        .credential("aws", "secret")
                        .apiKey("secret")
                        .backend("b", CallOptions.builder().apiKey("secret").build())
                        .build())
                .build();

        assertThat(request.toString()).doesNotContain("secret").contains("own key", "api_key", "Authorization");
    }

    @Test
    void shortensNamesInToStringAndKeepsThemInOneLine() {
        String name = "a\n" + "b".repeat(1_000_000);
        String shown = "a " + "b".repeat(38) + "…";
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(name, 1);
        IntStream.range(0, 100).forEach(i -> fields.put("f" + i, i));

        CompletionRequest request = CompletionRequest.builder()
                .user("Hi")
                .message(new Message(Role.ASSISTANT, List.of(ToolCall.of(name, name, Map.of()))))
                .toolResults(ToolResult.of(name, "18 C"))
                .toolChoice(new ToolChoice.Vendor(Map.of(name, 1)))
                .extra(fields)
                .options(CallOptions.builder().credential(name, "secret").build())
                .build();

        assertThat(request.toString())
                .contains("assistant [ToolCall " + shown + " " + shown + "]", "tool [ToolResult " + shown + " [")
                .contains("toolChoice=[" + shown + "]", "extra=[" + shown + ", f0, f1,", "f18, 81 more]")
                .contains("credentials=[" + shown + "]")
                .doesNotContain("\n")
                .hasSizeLessThan(1000);
    }

    @Test
    void comparesTheNumbersOfJsonValuesAsObjects() {
        CompletionRequest.Builder builder = CompletionRequest.builder().user("Hi");

        CompletionRequest ofInteger = builder.extra(Map.of("n", 1)).build();

        assertThat(builder.extra(Map.of("n", 1)).build()).isEqualTo(ofInteger);
        assertThat(builder.extra(Map.of("n", 1L)).build()).isNotEqualTo(ofInteger);
    }

    @Test
    void theQuestionIsTheSameForAllWhoAsk() {
        CompletionRequest.Builder hello = CompletionRequest.builder().model("m").user("Hello");
        CompletionRequest plain = hello.build();
        CompletionRequest other = hello.options(
                        CallOptions.builder().apiKey("k").build())
                .context(CallContext.builder().user("ann").build())
                .notes(Map.of("ticket", 7))
                .build();

        assertThat(other.question()).isEqualTo(plain.question()).isEqualTo(plain);
        assertThat(other.question().context()).isSameAs(CallContext.NONE);
        assertThat(other.toBuilder().model("n").build().question()).isNotEqualTo(plain.question());
        assertThat(other.toBuilder().temperature(0.5).build().question()).isNotEqualTo(plain.question());
    }
}
