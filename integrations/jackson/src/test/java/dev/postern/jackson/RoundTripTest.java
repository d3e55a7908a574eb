package dev.postern.jackson;

import static dev.postern.jackson.Mappers.MAPPER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Message;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.jackson.Mappers.Form;
import dev.postern.wire.GatewayJson;
import dev.postern.wire.RandomModel;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** What is written and read again is equal, whatever is between Jackson and the text. */
class RoundTripTest {
    private static final int TIMES = 300;

    /** A type of a user. */
    record Conversation(
            String title,
            CompletionRequest request,
            List<Message> messages,
            Map<String, List<ToolDefinition>> tools,
            Optional<Usage> usage,
            ToolCall call,
            ToolResult result,
            CompletionResponse response,
            StreamEvent event) {}

    private static Conversation conversation(int seed) {
        RandomModel random = new RandomModel(seed);
        Map<String, List<ToolDefinition>> tools = new LinkedHashMap<>();
        tools.put("first", random.tools());
        tools.put("none", null);
        List<Message> messages = new ArrayList<>(List.of(random.message(), random.message()));
        messages.add(1, null);
        return new Conversation(
                "t" + seed,
                seed % 3 == 0 ? null : random.request(),
                messages,
                tools,
                seed % 2 == 0 ? Optional.empty() : Optional.of(random.usage()),
                random.call(),
                seed % 5 == 0 ? null : random.result(),
                random.response(),
                random.event());
    }

    @Test
    void singleValuesAreRestoredAndAreTheBytesOfWire() {
        Map<String, Function<RandomModel, ?>> values = Map.of(
                "request", RandomModel::request,
                "response", RandomModel::response,
                "event", RandomModel::event,
                "message", RandomModel::message,
                "tool", random -> new ToolDefinition("f", "d", random.call().input()),
                "tool_call", RandomModel::call,
                "tool_result", RandomModel::result,
                "usage", RandomModel::usage);
        for (Form<?> form : Mappers.FORMS) {
            for (int seed = 0; seed < TIMES; seed++) {
                isRestored(form, values.get(form.name()).apply(new RandomModel(seed)));
            }
        }
    }

    private static <T> void isRestored(Form<T> form, Object random) {
        T value = form.type().cast(random);

        byte[] written = MAPPER.writeValueAsBytes(value);
        StringWriter text = new StringWriter();
        MAPPER.writeValue(text, value);

        assertThat(written).isEqualTo(form.json().write(value));
        assertThat(text).hasToString(form.json().text(value));
        assertThat(MAPPER.readValue(written, form.type())).isEqualTo(value);
        assertThat(MAPPER.readValue(text.toString(), form.type())).isEqualTo(value);
    }

    @Test
    void aTypeOfTheUserIsRestored() {
        for (int seed = 0; seed < TIMES; seed++) {
            Conversation conversation = conversation(seed);
            String json = MAPPER.writeValueAsString(conversation);

            assertThat(MAPPER.readValue(json, Conversation.class)).isEqualTo(conversation);
            assertThat(json).contains("\"response\":" + GatewayJson.RESPONSE.text(conversation.response()) + ",");
        }
    }

    @Test
    void aLayoutDoesNotChangeTheValues() {
        ObjectMapper mapper = MAPPER;
        for (int seed = 0; seed < TIMES; seed++) {
            Conversation conversation = conversation(seed);
            String json = mapper.writerWithDefaultPrettyPrinter().writeValueAsString(conversation);

            assertThat(mapper.readValue(json, Conversation.class)).isEqualTo(conversation);
        }
        assertThat(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(List.of(Message.user("Hello"))))
                .isEqualToNormalizingNewlines("[ {\n  \"role\" : \"user\",\n  \"content\" : \"Hello\"\n} ]");
    }

    @Test
    void aTreeIsRestored() {
        for (int seed = 0; seed < TIMES; seed++) {
            Conversation conversation = conversation(seed);
            JsonNode tree = MAPPER.valueToTree(conversation);

            assertThat(MAPPER.treeToValue(tree, Conversation.class)).isEqualTo(conversation);
            assertThat(MAPPER.readValue(MAPPER.writeValueAsString(tree), Conversation.class))
                    .isEqualTo(conversation);
            assertThat(MAPPER.convertValue(conversation, Conversation.class)).isEqualTo(conversation);
        }
        JsonNode message = MAPPER.valueToTree(Message.user("Hello"));
        assertThat(message.get("role").asString()).isEqualTo("user");
    }

    @Test
    void genericContainersAreRestored() {
        Map<String, List<Optional<StreamEvent>>> events =
                Map.of("a", List.of(Optional.of(new RandomModel(1).event()), Optional.empty()), "b", List.of());
        String json = MAPPER.writeValueAsString(events);

        assertThat(MAPPER.readValue(json, new TypeReference<Map<String, List<Optional<StreamEvent>>>>() {}))
                .isEqualTo(events);
        Message[] array = {Message.user("a"), null, Message.assistant("b")};
        assertThat(MAPPER.readValue(MAPPER.writeValueAsBytes(array), Message[].class))
                .isEqualTo(array);
        assertThat(MAPPER.readValue("[null]", new TypeReference<List<Usage>>() {}))
                .containsOnlyNulls();
    }

    @Test
    void numbersKeepTheirDigits() {
        String json =
                "{\"id\":\"c\",\"name\":\"f\",\"input\":{\"a\":19.90,\"b\":1E+400,\"c\":0.1,\"d\":12345678901234567890123,"
                        + "\"e\":0.12345678901234567890123,\"f\":1.0}}";
        ToolCall call = MAPPER.readValue(json, ToolCall.class);

        assertThat(MAPPER.writeValueAsString(call)).isEqualTo(json);
        assertThat(MAPPER.writer()
                        .withDefaultPrettyPrinter()
                        .writeValueAsString(call)
                        .replaceAll("\\s", ""))
                .isEqualTo(json);
        assertThat(GatewayJson.TOOL_CALL.read(json)).isEqualTo(call);
    }

    @Test
    void escapesOfTheMapperAreKept() {
        Message message = Message.user("</script> \u00e9 \u2028");
        String slashes = JsonMapper.builder()
                .enable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
                .addModule(new PosternModule())
                .build()
                .writeValueAsString(message);
        String ascii = JsonMapper.builder()
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .addModule(new PosternModule())
                .build()
                .writeValueAsString(message);

        assertThat(slashes).contains("<\\/script>");
        assertThat(ascii).contains("</script> \\u00E9 \\u2028");
        assertThat(MAPPER.writeValueAsString(List.of(new StreamEvent.ContentDelta("a\u2028b"))))
                .isEqualTo("[{\"type\":\"content_delta\",\"delta\":\"a\\u2028b\"}]");
    }

    @Test
    void theModuleIsFoundAndStaysTheSameInAnyMapper() {
        for (JsonMapper mapper : OtherMappers.all()) {
            for (int seed = 0; seed < 50; seed++) {
                Conversation conversation = conversation(seed);
                byte[] json = mapper.writeValueAsBytes(conversation);

                assertThat(mapper.readValue(json, Conversation.class)).isEqualTo(conversation);
                assertThat(mapper.readValue(mapper.writeValueAsBytes(conversation.event()), StreamEvent.class))
                        .isEqualTo(conversation.event());
            }
        }
    }
}
