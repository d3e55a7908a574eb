package dev.postern.mcp;

import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An MCP server as a process, for tests. Its argument says what it does wrong. */
final class StdioScript {
    private static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    private final String mode;
    private final List<String> methods = new ArrayList<>();

    private StdioScript(String mode) {
        this.mode = mode;
    }

    /** The command that starts it. */
    static List<String> command(String mode) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                StdioScript.class.getName(),
                mode);
    }

    static McpClientBuilder client(String mode) {
        return McpClient.stdio(command(mode)).name("srv");
    }

    public static void main(String[] args) throws Exception {
        new StdioScript(args[0]).run();
    }

    private void run() throws IOException, InterruptedException {
        if (mode.equals("chatty")) {
            System.err.println("log ".repeat(100_000));
            OUT.println("Welcome to the server!");
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            JsonObject message = Json.object(line);
            methods.add(message.text("method"));
            answer(message);
            OUT.flush();
        }
        if (mode.equals("stubborn")) {
            Thread.sleep(600_000);
        }
    }

    private boolean isStateless() {
        return !mode.startsWith("older");
    }

    private void answer(JsonObject message) {
        switch (message.text("method")) {
            case "server/discover" -> discover(message);
            case "initialize" ->
                result(message, Map.of("protocolVersion", "2025-06-18", "capabilities", Map.of("tools", Map.of())));
            case "tools/list" -> result(message, Map.of("tools", List.of(HttpScript.tool("do"))));
            case "tools/call" -> call(message);
            default -> {} // a notification
        }
    }

    private void discover(JsonObject message) {
        switch (mode) {
            case "older-silent" -> {}
            case "older-strict" -> {
                System.err.println("expected initialize");
                System.exit(3);
            }
            case "older" ->
                OUT.println(Json.text(Map.of(
                        "jsonrpc", "2.0",
                        "id", message.integer("id", 0),
                        "error", Map.of("code", -32601, "message", "Method not found"))));
            default ->
                result(
                        message,
                        Map.of(
                                "supportedVersions", List.of("2026-07-28"),
                                "capabilities", Map.of("tools", Map.of("listChanged", true))));
        }
    }

    private void call(JsonObject message) {
        switch (mode + " " + message.object("params").object("arguments").text("what")) {
            case "stateless die" -> {
                System.err.println("out of luck, secret-value");
                System.exit(7);
            }
            case "stateless huge" -> text(message, "x".repeat(100_000));
            case "stateless environment" -> text(message, Json.text(new TreeMap<>(System.getenv())));
            case "stateless wait", "older wait" -> progress(message); // no answer: it is cancelled
            case "stateless progress" -> {
                progress(message);
                text(message, "done");
            }
            case "stateless change" -> {
                OUT.println(Json.text(Map.of("jsonrpc", "2.0", "method", "notifications/tools/list_changed")));
                text(message, "changed");
            }
            default -> text(message, String.join(" ", methods));
        }
    }

    private static void progress(JsonObject message) {
        Object token = message.object("params").object("_meta").integer("progressToken", -1);
        OUT.println(Json.text(Map.of(
                "jsonrpc", "2.0",
                "method", "notifications/progress",
                "params", Map.of("progressToken", token, "progress", 0.5, "message", "half"))));
    }

    private void text(JsonObject message, String text) {
        result(message, Map.of("content", List.of(Map.of("type", "text", "text", text))));
    }

    private void result(JsonObject message, Map<String, Object> result) {
        Map<String, Object> all = new LinkedHashMap<>(result);
        if (isStateless()) {
            all.put("resultType", "complete");
        }
        OUT.println(Json.text(Map.of("jsonrpc", "2.0", "id", message.integer("id", 0), "result", all)));
    }
}
