package dev.postern.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import dev.postern.json.Json;
import dev.postern.testkit.FakeLlm;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which formats of answers LangChain4j's formats become. */
class SchemasTest {
    private static final JsonSchemaElement PERSON = JsonObjectSchema.builder()
            .addStringProperty("name")
            .addProperty(
                    "tags",
                    JsonArraySchema.builder()
                            .items(JsonObjectSchema.builder()
                                    .addProperty("tag", new JsonStringSchema())
                                    .additionalProperties(false)
                                    .build())
                            .build())
            .required("name")
            .build();

    private final FakeLlm llm = FakeLlm.answering("{}").repeatLast();

    private Optional<dev.postern.ResponseFormat> sent(PosternChatModel model, ResponseFormat format) {
        model.chat(ChatRequest.builder()
                .messages(UserMessage.from("Hi"))
                .responseFormat(format)
                .build());
        return llm.request(llm.requests().size() - 1).responseFormat();
    }

    private static ResponseFormat format(String name, JsonSchemaElement root) {
        return ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(JsonSchema.builder().name(name).rootElement(root).build())
                .build();
    }

    @Test
    void textAndJson() {
        PosternChatModel model = PosternChatModel.of(llm);

        assertThat(sent(model, ResponseFormat.TEXT)).isEmpty();
        assertThat(sent(model, ResponseFormat.JSON)).contains(dev.postern.ResponseFormat.jsonObject());
    }

    @Test
    void aSchemaIsNotStrictByDefaultAndKeepsAdditionalProperties() {
        assertThat(sent(PosternChatModel.of(llm), format("List of People", PERSON)))
                .contains(new dev.postern.ResponseFormat.JsonSchema("List_of_People", map("""
                        {"type": "object", "required": ["name"], "properties": {
                          "name": {"type": "string"},
                          "tags": {"type": "array", "items": {
                            "type": "object", "properties": {"tag": {"type": "string"}}, "required": [],
                            "additionalProperties": false}}}}"""), false));
    }

    @Test
    void aStrictSchemaRequiresEachProperty() {
        PosternChatModel strict =
                PosternChatModel.builder(llm).strictJsonSchema(true).build();

        assertThat(sent(strict, format("person", PERSON)))
                .contains(new dev.postern.ResponseFormat.JsonSchema("person", map("""
                        {"type": "object", "required": ["name", "tags"], "additionalProperties": false, "properties": {
                          "name": {"type": "string"},
                          "tags": {"type": ["array", "null"], "items": {
                            "type": "object", "properties": {"tag": {"type": ["string", "null"]}}, "required": ["tag"],
                            "additionalProperties": false}}}}"""), true));
    }

    @Test
    void aRawSchemaIsSentAsItIs() {
        String raw = "{\"type\": \"object\", \"minProperties\": 1}";

        assertThat(sent(
                        PosternChatModel.builder(llm).strictJsonSchema(true).build(),
                        format("raw", JsonRawSchema.from(raw))))
                .contains(new dev.postern.ResponseFormat.JsonSchema("raw", map(raw), true));
        assertThatThrownBy(() -> sent(PosternChatModel.of(llm), format("raw", JsonRawSchema.from("no JSON"))))
                .isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("raw schema");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(String json) {
        return (Map<String, Object>) Json.parse(json);
    }
}
