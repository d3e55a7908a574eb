package dev.postern;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The format that the answer's text must have. If a backend has no such setting, the provider asks for the format in
 * the prompt; check the answer.
 */
public sealed interface ResponseFormat {

    /** Any JSON object. */
    static ResponseFormat jsonObject() {
        return new JsonObject();
    }

    /** A JSON object that follows a schema, strictly if the backend supports it. */
    static ResponseFormat jsonSchema(String name, Map<String, ?> schema) {
        return new JsonSchema(name, JsonValues.copyOf("response_format.schema", schema), true);
    }

    /** Any JSON object. */
    record JsonObject() implements ResponseFormat {}

    /**
     * A JSON object that follows a schema.
     *
     * @param name names the schema to the model; letters, digits, {@code _} and {@code -}
     * @param schema a JSON Schema
     * @param strict whether the backend must enforce it
     */
    record JsonSchema(String name, Map<String, @Nullable Object> schema, boolean strict) implements ResponseFormat {
        /** Copies the schema; refuses an empty name or schema. */
        public JsonSchema {
            if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
                throw LlmException.invalidRequest("response_format.name", "must be 1 to 64 letters, digits, _ or -");
            }
            if (schema.isEmpty()) {
                throw LlmException.invalidRequest("response_format.schema", "must not be empty");
            }
            schema = JsonValues.copyOf("response_format.schema", schema);
        }
    }
}
