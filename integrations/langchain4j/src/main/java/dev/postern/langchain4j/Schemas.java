package dev.postern.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.postern.LlmException;
import dev.postern.ResponseFormat;
import dev.postern.ToolDefinition;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Translates LangChain4j's schemas. Their own providers use the same classes of its internal package to make maps of them.
 *
 * @param strictJsonSchema whether schemas of answers are strict
 * @param strictTools whether tools are strict that do not say so themselves
 */
record Schemas(boolean strictJsonSchema, boolean strictTools) {
    private static final int MAX_NAME = 64;

    /** A tool. */
    ToolDefinition tool(ToolSpecification tool) {
        boolean strict = tool.strict() == null ? strictTools : tool.strict();
        JsonObjectSchema parameters = tool.parameters();
        boolean none =
                parameters == null || (parameters.properties().isEmpty() && parameters.additionalProperties() == null);
        Map<String, ?> schema = none ? Map.of() : map(parameters, strict);
        return ToolDefinition.of(tool.name(), Objects.requireNonNullElse(tool.description(), ""), schema)
                .withStrict(strict);
    }

    /** The format of an answer; null for text. */
    @Nullable
    ResponseFormat responseFormat(dev.langchain4j.model.chat.request.@Nullable ResponseFormat format) {
        if (format == null || format.type() == ResponseFormatType.TEXT) {
            return null;
        }
        JsonSchema schema = format.jsonSchema();
        if (schema == null) {
            return ResponseFormat.jsonObject();
        }
        return new ResponseFormat.JsonSchema(
                name(schema.name()), map(schema.rootElement(), strictJsonSchema), strictJsonSchema);
    }

    /** The names of LangChain4j come from classes; Postern's have the characters and the length that servers accept. */
    private static String name(@Nullable String name) {
        String valid = name == null ? "" : name.replaceAll("[^A-Za-z0-9_-]", "_");
        return valid.isEmpty() ? "answer" : valid.substring(0, Math.min(valid.length(), MAX_NAME));
    }

    private static Map<String, @Nullable Object> map(JsonSchemaElement schema, boolean strict) {
        try {
            boolean rewritten = strict && !(schema instanceof JsonRawSchema);
            Map<String, @Nullable Object> map = JsonSchemaElementUtils.toMap(schema, rewritten);
            if (!rewritten) {
                addAdditionalProperties(schema, map);
            }
            return map;
        } catch (RuntimeException e) { // a raw schema that is not a JSON object
            throw LlmException.builder(
                            LlmException.Kind.INVALID_REQUEST,
                            "A JSON schema cannot be read; a raw schema must be the text of one JSON object.")
                    .refusedBeforeSending(true)
                    .cause(e)
                    .build();
        }
    }

    /** LangChain4j's map has them only if it is strict. */
    private static void addAdditionalProperties(JsonSchemaElement schema, @Nullable Object made) {
        if (schema instanceof JsonObjectSchema object) {
            Map<String, Object> map = mapOf(made);
            if (object.additionalProperties() != null) {
                map.put("additionalProperties", object.additionalProperties());
            }
            below(object.properties(), map.get("properties"));
            below(object.definitions(), map.get("$defs"));
        } else if (schema instanceof JsonArraySchema array && array.items() != null) {
            addAdditionalProperties(array.items(), mapOf(made).get("items"));
        } else if (schema instanceof JsonAnyOfSchema anyOf && mapOf(made).get("anyOf") instanceof List<?> maps) {
            for (int i = 0; i < maps.size(); i++) {
                addAdditionalProperties(anyOf.anyOf().get(i), maps.get(i));
            }
        }
    }

    private static void below(@Nullable Map<String, JsonSchemaElement> schemas, @Nullable Object made) {
        if (schemas != null && made instanceof Map<?, ?> maps) {
            schemas.forEach((name, schema) -> addAdditionalProperties(schema, maps.get(name)));
        }
    }

    @SuppressWarnings("unchecked") // LangChain4j made a map of each object
    private static Map<String, Object> mapOf(@Nullable Object made) {
        return (Map<String, Object>) Objects.requireNonNull(made);
    }
}
