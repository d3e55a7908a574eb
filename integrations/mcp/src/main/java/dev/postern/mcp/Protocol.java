package dev.postern.mcp;

import dev.postern.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A version of the protocol, and the messages that it wants.
 *
 * @param version the version, such as {@code 2025-11-25}; empty before it is known
 */
record Protocol(String version) {
    /** No handshake and no session: each request carries its version. */
    static final Protocol STATELESS = new Protocol("2026-07-28");

    /** The newest version with a handshake. */
    static final Protocol NEWEST_SESSION = new Protocol("2025-11-25");

    /** The version is not agreed yet. */
    static final Protocol UNKNOWN = new Protocol("");

    /** All versions that this client speaks, the newest first. */
    static final List<String> SPOKEN = List.of("2026-07-28", "2025-11-25", "2025-06-18");

    static final String DISCOVER = "server/discover";
    static final String INITIALIZE = "initialize";
    static final String LIST_TOOLS = "tools/list";
    static final String CALL_TOOL = "tools/call";
    static final String LISTEN = "subscriptions/listen";
    static final String CANCELLED = "notifications/cancelled";
    static final String PROGRESS = "notifications/progress";
    static final String ACKNOWLEDGED = "notifications/subscriptions/acknowledged";
    static final String TOOLS_CHANGED = "notifications/tools/list_changed";

    static final String META = "_meta";
    static final String RESERVED = "io.modelcontextprotocol/";

    private static final Map<String, String> CLIENT = clientInfo();

    private static Map<String, String> clientInfo() {
        Map<String, String> info = new LinkedHashMap<>();
        info.put("name", "postern");
        String version = Protocol.class.getPackage().getImplementationVersion();
        info.put("version", version == null ? "0" : version);
        return info;
    }

    boolean isStateless() {
        return version.equals(STATELESS.version);
    }

    /** The parameters of {@code initialize}. */
    static Map<String, Object> handshake(String version) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("protocolVersion", version);
        params.put("capabilities", Map.of());
        params.put("clientInfo", CLIENT);
        return params;
    }

    /** A request. Its answers and progress notifications carry the id. */
    byte[] request(long id, String method, Map<String, ?> params, boolean wantsProgress) {
        Map<String, Object> all = new LinkedHashMap<>(params);
        Map<String, Object> meta = new LinkedHashMap<>();
        if (wantsProgress) {
            meta.put("progressToken", id);
        }
        if (isStateless()) {
            meta.put(RESERVED + "protocolVersion", version);
            meta.put(RESERVED + "clientInfo", CLIENT);
            meta.put(RESERVED + "clientCapabilities", Map.of());
        }
        if (!meta.isEmpty()) {
            all.put(META, meta);
        }
        return message(id, method, all);
    }

    /** A notification. */
    static byte[] notification(String method, Map<String, ?> params) {
        return message(null, method, params);
    }

    private static byte[] message(@Nullable Object id, String method, Map<String, ?> params) {
        return Json.bytes(json -> json.object(message -> {
            message.field("jsonrpc", "2.0");
            if (id != null) {
                message.fieldOf("id", id);
            }
            message.field("method", method);
            if (!params.isEmpty()) {
                message.fieldOf("params", params);
            }
        }));
    }

    /** The answer to a request of the server: an empty result for a ping, else that there is no such method. */
    static byte[] answer(@Nullable Object id, String method) {
        return Json.bytes(json -> json.object(message -> {
            message.field("jsonrpc", "2.0").fieldOf("id", id);
            if (method.equals("ping")) {
                message.object("result", result -> {});
            } else {
                message.object(
                        "error",
                        error -> error.field("code", RpcError.METHOD_NOT_FOUND)
                                .field("message", "this client does not offer " + method));
            }
        }));
    }
}
