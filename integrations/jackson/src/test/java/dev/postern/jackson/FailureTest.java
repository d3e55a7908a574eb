package dev.postern.jackson;

import static dev.postern.jackson.Mappers.MAPPER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.Usage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.TokenBuffer;

class FailureTest {
    record Holder(List<Message> messages, StreamEvent.UsageReported usage) {}

    private static final JsonMapper LENIENT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(5000)
                            .build())
                    .build())
            .enable(
                    JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS,
                    JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS,
                    JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .addModule(new PosternModule())
            .build();

    private static String call(String input) {
        return "{\"id\":\"c\",\"name\":\"f\",\"input\":{\"a\":" + input + "}}";
    }

    @Test
    void aFailureNamesThePathInBothFormats() {
        String json = "{\"messages\":[{\"role\":\"user\",\"content\":\"SECRET\"},"
                + "{\"tool_results\":[{\"tool_use_id\":\"\",\"content\":\"SECRET\"}]}]}";

        MismatchedInputException failure =
                catchThrowableOfType(MismatchedInputException.class, () -> MAPPER.readValue(json, Holder.class));

        assertThat(failure.getOriginalMessage()).isEqualTo("message.tool_results[0].tool_use_id: must not be empty");
        assertThat(failure.getPath()).hasSize(2);
        assertThat(failure.getPath().get(0).getPropertyName()).isEqualTo("messages");
        assertThat(failure.getPath().get(1).getIndex()).isEqualTo(1);
        assertThat(failure.getTargetType()).isEqualTo(Message.class);
        assertThat(failure).hasCauseInstanceOf(LlmException.class);
        assertThat(failure.toString() + failure.getCause()).doesNotContain("SECRET");
    }

    @Test
    void textThatIsNotJsonIsAFailureOfTheParser() {
        assertThatThrownBy(() -> MAPPER.readValue("{\"role\":\"user\",\"content\":\"a", Message.class))
                .isInstanceOf(StreamReadException.class);
        assertThatThrownBy(() -> MAPPER.readValue("{\"role\":x}", Message.class))
                .isInstanceOf(StreamReadException.class);
    }

    @Test
    void anotherEventThanTheDeclaredOneIsRefused() {
        String usage = "{\"usage\":{\"type\":\"metadata\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}}";

        assertThat(MAPPER.readValue(usage, Holder.class).usage().usage()).isEqualTo(Usage.of(1, 2));
        assertThatThrownBy(() ->
                        MAPPER.readValue("{\"usage\":{\"type\":\"content_delta\",\"delta\":\"a\"}}", Holder.class))
                .isInstanceOf(MismatchedInputException.class)
                .hasMessageStartingWith("event.type: a UsageReported is expected here, not a ContentDelta");
    }

    @Test
    void anObjectThatIsTwoMessagesIsRefusedOutsideOfARequest() {
        String two =
                "{\"role\":\"user\",\"content\":\"and now?\",\"tool_results\":[{\"tool_use_id\":\"c\",\"content\":\"1\"}]}";

        assertThatThrownBy(() -> MAPPER.readValue("[" + two + "]", Message[].class))
                .isInstanceOf(MismatchedInputException.class)
                .hasMessageStartingWith("message: has tool results beside other content");
        assertThat(MAPPER.readValue("{\"messages\":[" + two + "]}", CompletionRequest.class)
                        .messages())
                .hasSize(2);
    }

    @Test
    void aLongNameIsNotQuotedAsAWhole() {
        String json = "{\"role\":\"" + "x".repeat(100_000) + "\"}";

        assertThatThrownBy(() -> MAPPER.readValue(json, Message.class))
                .isInstanceOf(MismatchedInputException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(1000));
    }

    @Test
    void deepAndLargeValuesAreRefused() {
        String deep = call("[".repeat(300) + "]".repeat(300));
        String deeper = call("[".repeat(3000) + "]".repeat(3000));
        String many = call("[" + "1,".repeat(2_000_001) + "1]");

        for (String json : List.of(deep, deeper, many)) {
            assertThatThrownBy(() -> LENIENT.readValue(json, ToolCall.class))
                    .isInstanceOf(tools.jackson.core.JacksonException.class)
                    .hasMessageMatching("(?s)(tool_call: the JSON text .*|Document nesting depth .*)");
        }
    }

    @Test
    void aValueWithTooManyBytesIsRefused() {
        JsonMapper mapper =
                JsonMapper.builder().addModule(new PosternModule(10_000)).build();
        String fits = MAPPER.writeValueAsString(Message.user("x".repeat(9_900)));
        String list = "[" + fits + "," + fits + "]";
        String large = MAPPER.writeValueAsString(Message.user("x".repeat(10_000)));
        String parts = MAPPER.writeValueAsString(
                Message.user(Content.text("y".repeat(6_000)), Content.text("z".repeat(6_000))));

        assertThat(mapper.readValue(list, Message[].class)).hasSize(2);
        for (String json : List.of(large, parts)) {
            assertThatThrownBy(() -> mapper.readValue(json, Message.class))
                    .isInstanceOf(MismatchedInputException.class)
                    .hasMessageStartingWith("Message has more than 10000 bytes; raise maxBytes of PosternModule");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new PosternModule(0));
    }

    @Test
    void otherFormsOfNumbersAreReadOrRefused() {
        ToolCall call = LENIENT.readValue("{'id':'c','name':'f','input':{'a':.5,'b':-0.0,'c':1e5}}", ToolCall.class);

        assertThat(call.input()).isEqualTo(Map.of("a", 0.5, "b", -0.0, "c", 1e5));
        assertThatThrownBy(() -> LENIENT.readValue(call("NaN"), ToolCall.class))
                .isInstanceOf(MismatchedInputException.class)
                .hasMessageStartingWith("ToolCall has a number that is not finite, which JSON does not have");
        assertThatThrownBy(() -> MAPPER.readValue(call("1e2147483648"), ToolCall.class))
                .isInstanceOf(DatabindException.class)
                .hasMessageStartingWith("tool_call: the exponent of a number");
    }

    @Test
    void objectsInATreeAreBytesOrRefused() {
        assertThat(MAPPER.readValue(embedded(new byte[] {1, 2}).asParser(), ToolCall.class)
                        .input())
                .isEqualTo(Map.of("a", "AQI="));
        assertThatThrownBy(
                        () -> MAPPER.readValue(embedded(Thread.currentThread()).asParser(), ToolCall.class))
                .isInstanceOf(MismatchedInputException.class)
                .hasMessageStartingWith("ToolCall has an object of java.lang.Thread, which is not JSON");
    }

    private static TokenBuffer embedded(Object object) {
        TokenBuffer buffer = TokenBuffer.forGeneration();
        buffer.writeStartObject();
        buffer.writeStringProperty("id", "c");
        buffer.writeStringProperty("name", "f");
        buffer.writeName("input");
        buffer.writeStartObject();
        buffer.writeName("a");
        buffer.writeEmbeddedObject(object);
        buffer.writeEndObject();
        buffer.writeEndObject();
        return buffer;
    }

    @Test
    void keysAreNeitherWrittenNorRead() {
        CompletionRequest request = CompletionRequest.of("Hello").toBuilder()
                .options(CallOptions.builder().apiKey("SECRET").build())
                .build();

        assertThat(MAPPER.writeValueAsString(request))
                .isEqualTo("{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");
        assertThat(MAPPER.readValue(
                                "{\"options\":{\"apiKey\":\"k\"},\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}",
                                CompletionRequest.class)
                        .options())
                .isEqualTo(CompletionRequest.of("Hello").options());
    }
}
