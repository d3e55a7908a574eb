package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.RequestSecrets;
import dev.postern.json.JsonObject;
import java.util.Set;

/**
 * An error that a server answers instead of a result.
 *
 * @param code the code of JSON-RPC or of MCP
 * @param message the server's text; may be empty
 * @param data further data of the code
 */
record RpcError(long code, String message, JsonObject data) {
    static final long METHOD_NOT_FOUND = -32601;
    static final long HEADER_MISMATCH = -32020;
    static final long MISSING_CAPABILITY = -32021;
    static final long UNSUPPORTED_VERSION = -32022;

    private static final int LONGEST = 1000; // characters

    /** The codes that only servers of the stateless protocol send. */
    private static final Set<Long> STATELESS = Set.of(HEADER_MISMATCH, MISSING_CAPABILITY, UNSUPPORTED_VERSION);

    static RpcError of(JsonObject error) {
        return new RpcError(error.integer("code", 0), error.text("message"), error.object("data"));
    }

    /** Without the secrets of the request, which servers may repeat. */
    RpcError redacted(RequestSecrets secrets) {
        return new RpcError(code, secrets.redacted(message), data);
    }

    /** Whether the server speaks the stateless protocol. */
    boolean isStateless() {
        return STATELESS.contains(code);
    }

    /** The message, shortened. */
    String shown() {
        return message.isBlank() ? "no message" : shortened(message.strip());
    }

    static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    /** The failure of a request of this method. */
    LlmException failure(String server, String method) {
        return LlmException.builder(
                        kind(),
                        "The MCP server '" + server + "' refused " + method + " (code " + code + "): " + shown())
                .backend(server)
                .code(Long.toString(code))
                .serverMessage(shown())
                .retryable(false) // the server may have begun to work
                .build();
    }

    private Kind kind() {
        return switch ((int) code) {
            case -32600, -32602 -> Kind.INVALID_REQUEST; // an invalid request, invalid parameters, an unknown tool
            case (int) METHOD_NOT_FOUND, (int) MISSING_CAPABILITY, (int) UNSUPPORTED_VERSION, -32042 ->
                Kind.UNSUPPORTED;
            case -32002 -> Kind.NOT_FOUND;
            case -32700, (int) HEADER_MISMATCH -> Kind.PROTOCOL;
            default -> Kind.SERVER;
        };
    }
}
