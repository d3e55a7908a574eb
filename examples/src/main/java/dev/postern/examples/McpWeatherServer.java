package dev.postern.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A small MCP server with one tool, in the version 2026-07-28 of the protocol: each request has one answer, as JSON or, for the tool,
 * as events that begin with its progress. A real server would also check what the requests say of their version.
 */
final class McpWeatherServer implements AutoCloseable {
    private static final Map<String, String> WEATHERS = Map.of("Paris", "18 °C and sunny", "Oslo", "9 °C and rainy");

    private static final Map<String, Object> TOOL = Map.of(
            "name", "get_weather",
            "description", "The weather in a city, now.",
            "inputSchema",
                    Map.of(
                            "type", "object",
                            "properties", Map.of("city", Map.of("type", "string")),
                            "required", List.of("city")));

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private McpWeatherServer(HttpServer server) {
        this.server = server;
    }

    static McpWeatherServer start() throws IOException {
        McpWeatherServer started =
                new McpWeatherServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        started.server.createContext("/mcp", McpWeatherServer::answer);
        started.server.setExecutor(started.threads);
        started.server.start();
        return started;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp");
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonObject request = Json.object(exchange.getRequestBody().readAllBytes());
            JsonObject params = request.object("params");
            switch (request.text("method")) {
                case "server/discover" ->
                    json(
                            exchange,
                            request,
                            Map.of(
                                    "resultType", "complete",
                                    "supportedVersions", List.of("2026-07-28"),
                                    "capabilities", Map.of("tools", Map.of()),
                                    "_meta",
                                            Map.of(
                                                    "io.modelcontextprotocol/serverInfo",
                                                    Map.of("name", "weather", "version", "1"))));
                case "tools/list" ->
                    json(
                            exchange,
                            request,
                            Map.of(
                                    "resultType",
                                    "complete",
                                    "tools",
                                    List.of(TOOL),
                                    "ttlMs",
                                    60_000,
                                    "cacheScope",
                                    "public"));
                case "tools/call" -> call(exchange, request, params);
                default ->
                    send(
                            exchange,
                            404,
                            "application/json",
                            message(request, "error", Map.of("code", -32601, "message", "there is no such method")));
            }
        }
    }

    private static void call(HttpExchange exchange, JsonObject request, JsonObject params) throws IOException {
        String city = params.object("arguments").text("city");
        String progress = Json.text(Map.of(
                "jsonrpc", "2.0",
                "method", "notifications/progress",
                "params",
                        Map.of(
                                "progressToken",
                                request.integer("id", 0),
                                "progress",
                                1,
                                "message",
                                "asks the station in " + city)));
        String weather = WEATHERS.get(city);
        Map<String, Object> result = Map.of(
                "resultType",
                "complete",
                "content",
                List.of(Map.of("type", "text", "text", weather == null ? "no station in " + city : weather)),
                "isError",
                weather == null);
        send(
                exchange,
                200,
                "text/event-stream",
                "data: " + progress + "\n\ndata: " + message(request, "result", result) + "\n\n");
    }

    private static void json(HttpExchange exchange, JsonObject request, Map<String, Object> result) throws IOException {
        send(exchange, 200, "application/json", message(request, "result", result));
    }

    private static String message(JsonObject request, String kind, Map<String, Object> content) {
        return Json.text(Map.of("jsonrpc", "2.0", "id", request.integer("id", 0), kind, content));
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
