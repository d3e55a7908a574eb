package dev.postern.server;

import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** The official client for Node. The property {@code postern.node.clients} says where it is installed. */
class OpenAiNodeTest extends ChatClientContract {
    private static final Path FOLDER = Path.of(System.getProperty("postern.node.clients", ""));

    @BeforeAll
    static void installed() {
        Assumptions.assumeTrue(
                Files.exists(FOLDER.resolve("node_modules/openai")),
                "the clients for Node are not installed; run src/test/node/install DIR and set"
                        + " -Dpostern.node.clients=DIR");
    }

    @Override
    DoorClient open(String url, String key) {
        return new Client(url, key, new ArrayList<>());
    }

    private record Client(String url, String key, List<Process> processes) implements DoorClient {
        @Override
        public Reply ask(Ask ask) throws IOException, InterruptedException {
            Process process = start(ask, false);
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(err);
            }
            return reply(Json.object(out));
        }

        @Override
        public void abort(Ask ask) throws IOException {
            Process process = start(ask, true);
            processes.add(process);
            String line = process.inputReader(StandardCharsets.UTF_8).readLine();
            if (!"aborted".equals(line)) {
                throw new IOException(line);
            }
        }

        private Process start(Ask ask, boolean abort) throws IOException {
            Process process = new ProcessBuilder("node", "openai.mjs")
                    .directory(FOLDER.toFile())
                    .start();
            Map<String, Object> input = new LinkedHashMap<>();
            input.put("url", url);
            input.put("key", key);
            input.put("body", body(ask));
            input.put("stream", ask.stream());
            input.put("abort", abort);
            try (var stdin = process.getOutputStream()) {
                stdin.write(Json.text(input).getBytes(StandardCharsets.UTF_8));
            }
            return process;
        }

        private static Map<String, Object> body(Ask ask) {
            List<Object> messages = new ArrayList<>();
            for (Object turn : ask.turns()) {
                if (turn instanceof String text) {
                    messages.add(Map.of("role", "user", "content", text));
                } else if (turn instanceof Reply reply) {
                    messages.add(reply.itself());
                } else {
                    for (Object each : (List<?>) turn) {
                        Result result = (Result) each;
                        messages.add(Map.of(
                                "role", "tool", "tool_call_id", result.call().id(), "content", result.text()));
                    }
                }
            }
            Map<String, Object> function = Map.of(
                    "name",
                    TOOL,
                    "description",
                    "The weather of a city.",
                    "parameters",
                    Map.of("type", "object", "properties", Map.of("city", Map.of("type", "string"))));
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("model", ask.model());
            body.put("messages", messages);
            body.put("tools", List.of(Map.of("type", "function", "function", function)));
            return body;
        }

        private static Reply reply(JsonObject answer) {
            JsonObject choice = answer.objects("choices").get(0);
            JsonObject message = choice.object("message");
            List<Call> calls = new ArrayList<>();
            for (JsonObject call : message.objects("tool_calls")) {
                JsonObject function = call.object("function");
                calls.add(new Call(call.text("id"), function.text("name"), function.text("arguments")));
            }
            JsonObject usage = answer.object("usage");
            return new Reply(
                    message.text("content"),
                    message.text("reasoning_content"),
                    calls,
                    stopReason(choice.text("finish_reason")),
                    usage.integer("prompt_tokens", -1),
                    usage.integer("completion_tokens", -1),
                    Objects.requireNonNull(choice.get("message")));
        }

        @Override
        public void close() {
            processes.forEach(Process::destroy);
        }
    }
}
