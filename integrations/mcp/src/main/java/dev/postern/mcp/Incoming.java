package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import dev.postern.json.JsonReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message of a server.
 *
 * @param id the id of a request or of an answer; null if there is none
 * @param method the method of a request or of a notification; empty for an answer
 * @param params the parameters of a request or of a notification
 * @param result the result; null if this is no answer or an error
 * @param error the error; null if this is no answer or a result
 */
record Incoming(
        @Nullable Object id,
        String method,
        JsonObject params,
        @Nullable JsonObject result,
        @Nullable RpcError error) {

    /**
     * Reads a message.
     *
     * @throws LlmException of kind {@link Kind#PROTOCOL} if it is no message of JSON-RPC
     */
    static Incoming read(byte[] buffer, int offset, int length) {
        Object value;
        try {
            JsonReader reader = JsonReader.lenient();
            reader.begin(buffer, offset, length);
            value = reader.value();
            reader.end();
        } catch (JsonException e) {
            throw new LlmException(Kind.PROTOCOL, "The MCP server sent text that is not JSON: " + e.getMessage(), e);
        }
        if (!(value instanceof Map)) {
            throw new LlmException(Kind.PROTOCOL, "The MCP server sent JSON that is not an object, so not a message.");
        }
        return of(JsonObject.of(value));
    }

    private static Incoming of(JsonObject message) {
        String method = message.text("method");
        Incoming read = new Incoming(
                message.get("id"),
                method,
                message.object("params"),
                method.isEmpty() && message.has("result") ? message.object("result") : null,
                method.isEmpty() && message.has("error") ? RpcError.of(message.object("error")) : null);
        if (method.isEmpty() && !read.isAnswer()) {
            throw new LlmException(
                    Kind.PROTOCOL, "The MCP server sent JSON that is no message: it has no method, result or error.");
        }
        return read;
    }

    boolean isAnswer() {
        return result != null || error != null;
    }

    /** Whether the server asks for an answer. */
    boolean isRequest() {
        return !method.isEmpty() && id != null;
    }

    /** The id of the request that this answers; -1 if it is none of ours. Some servers send numbers as texts. */
    long number() {
        return number(id);
    }

    /** The number of a request in any form; -1 if it is none. */
    static long number(@Nullable Object id) {
        if (id instanceof Number number) {
            return (double) number.longValue() == number.doubleValue() ? number.longValue() : -1;
        }
        if (id instanceof String text && text.matches("\\d{1,18}")) {
            return Long.parseLong(text);
        }
        return -1;
    }
}
