package dev.postern.mcp;

import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.WireExchange;
import dev.postern.testkit.WireRequest;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** A scripted MCP server over HTTP. Each method has a handler, and a test replaces those that it is about. */
final class HttpScript implements AutoCloseable {
    static final String SESSION = "session-1";

    private final ScriptedServer server = new ScriptedServer(this::answer);
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final String version;

    /** Answers one message, or one request of HTTP without a message. */
    @FunctionalInterface
    interface Handler {
        void answer(Ask ask) throws Exception;
    }

    private HttpScript(String version) {
        this.version = version;
    }

    /** A server of the newest version, with a tool {@code echo}. */
    static HttpScript stateless() {
        HttpScript script = new HttpScript("2026-07-28");
        script.on(
                "server/discover",
                ask -> ask.result(Map.of(
                        "supportedVersions", List.of("2026-07-28"),
                        "capabilities", Map.of("tools", Map.of()),
                        "instructions", "Be kind.",
                        "_meta",
                                Map.of(
                                        "io.modelcontextprotocol/serverInfo",
                                        Map.of("name", "script", "version", "7")))));
        return script.withEcho();
    }

    /** A server of an older version, with sessions and a tool {@code echo}. */
    static HttpScript older(String version) {
        HttpScript script = new HttpScript(version);
        script.on("server/discover", ask -> ask.error(400, -32000, "Bad Request: Server not initialized", Map.of()));
        script.on(
                "initialize",
                ask -> ask.result(
                        Map.of(
                                "protocolVersion", version,
                                "capabilities", Map.of("tools", Map.of()),
                                "serverInfo", Map.of("name", "script", "version", "7")),
                        "Mcp-Session-Id: " + SESSION));
        script.on("notifications/initialized", Ask::accepted);
        script.on("notifications/cancelled", Ask::accepted);
        script.on("GET", ask -> ask.exchange.answer(405, "text/plain", ""));
        script.on("DELETE", ask -> ask.exchange.answer(200, "text/plain", ""));
        return script.withEcho();
    }

    private HttpScript withEcho() {
        on("tools/list", ask -> ask.result(Map.of("tools", List.of(tool("echo")))));
        on(
                "tools/call",
                ask -> ask.text("you said " + ask.params().object("arguments").text("say")));
        return this;
    }

    /** The definition of a tool that takes anything. */
    static Map<String, Object> tool(String name) {
        return Map.of("name", name, "description", "Does " + name + ".", "inputSchema", Map.of("type", "object"));
    }

    HttpScript on(String method, Handler handler) {
        handlers.put(method, handler);
        return this;
    }

    /** A client of this server. */
    McpClientBuilder client() {
        return McpClient.http(uri()).name("srv");
    }

    URI uri() {
        return URI.create(server.uri() + "/mcp");
    }

    private void answer(WireExchange exchange) throws Exception {
        WireRequest request = exchange.request();
        Ask ask = new Ask(exchange, request.json(), version);
        String method = request.method().equals("POST") ? ask.message.text("method") : request.method();
        Handler handler = handlers.get(method);
        if (handler == null) {
            ask.error(404, -32601, "Method not found", Map.of());
        } else {
            handler.answer(ask);
        }
    }

    /** The methods of all requests so far, in order. */
    List<String> methods() {
        return server.requests().stream()
                .map(request -> request.method().equals("POST") ? request.json().text("method") : request.method())
                .toList();
    }

    /** The requests of this method so far. */
    List<WireRequest> requests(String method) {
        List<String> methods = methods();
        return IntStream.range(0, methods.size())
                .filter(at -> methods.get(at).equals(method))
                .mapToObj(server.requests()::get)
                .toList();
    }

    /** The exchange with this number among all; waits for it. */
    WireExchange exchange(int number) {
        return server.exchange(number);
    }

    @Override
    public void close() {
        server.close();
    }

    /** One message, with the methods to answer it. */
    record Ask(WireExchange exchange, JsonObject message, String version) {
        JsonObject params() {
            return message.object("params");
        }

        void accepted() throws IOException {
            exchange.head(202, "Content-Length: 0");
        }

        void result(Map<String, ?> result, String... headers) throws IOException {
            exchange.answer(200, "application/json", answer(result), headers);
        }

        void text(String text) throws IOException {
            result(Map.of("content", List.of(Map.of("type", "text", "text", text))));
        }

        void error(int status, long code, String text, Map<String, ?> data) throws IOException {
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("code", code);
            error.put("message", text);
            error.put("data", data);
            exchange.answer(
                    status,
                    "application/json",
                    Json.text(Map.of("jsonrpc", "2.0", "id", message.integer("id", 0), "error", error)));
        }

        /** The message with a result. */
        String answer(Map<String, ?> result) {
            Map<String, Object> all = new LinkedHashMap<>(result);
            if (version.equals("2026-07-28")) {
                all.putIfAbsent("resultType", "complete");
            }
            return Json.text(Map.of("jsonrpc", "2.0", "id", message.integer("id", 0), "result", all));
        }

        Ask beginEvents() throws IOException {
            exchange.beginChunked(200, "text/event-stream");
            return this;
        }

        Ask event(String data) throws IOException {
            exchange.chunk("data: " + data + "\n\n");
            return this;
        }

        Ask notification(String method, Map<String, ?> params) throws IOException {
            return event(Json.text(Map.of("jsonrpc", "2.0", "method", method, "params", params)));
        }

        Ask progress(double progress, String text) throws IOException {
            return notification(
                    "notifications/progress",
                    Map.of(
                            "progressToken",
                            params().object("_meta").integer("progressToken", -1),
                            "progress",
                            progress,
                            "total",
                            10,
                            "message",
                            text));
        }

        void textEvent(String text) throws IOException {
            event(answer(Map.of("content", List.of(Map.of("type", "text", "text", text)))));
            exchange.lastChunk();
        }
    }
}
