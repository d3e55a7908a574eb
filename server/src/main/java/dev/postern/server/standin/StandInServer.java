package dev.postern.server.standin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server with OpenAI's protocol on a free port of this machine, so that the examples run without a model. {@link
 * StandInModel} has its answers. The protocol is complete: streams come word by word, and errors have OpenAI's statuses
 * and bodies.
 *
 * <p>One model works, {@value #MODEL}. Three others show failures: {@value #BUSY} is rate limited for a second, {@value
 * #SLOW} needs three seconds for an answer, and {@value #CUT} closes the connection in the middle of an answer.
 */
public final class StandInServer implements AutoCloseable {
    /** The model that works. */
    public static final String MODEL = "stand-in";
    /** A model that is rate limited at first, and sends a retry delay. */
    public static final String BUSY = "stand-in-busy";
    /** A model that answers after three seconds. */
    public static final String SLOW = "stand-in-slow";
    /** A model whose stream ends in the middle of the answer. */
    public static final String CUT = "stand-in-cut";
    /** The only key that is refused. */
    public static final String WRONG_KEY = "wrong-key";

    private static final List<String> MODELS = List.of(MODEL, BUSY, SLOW, CUT);
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final Duration THINKING = Duration.ofSeconds(3);

    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Duration pause;
    private final AtomicInteger answers = new AtomicInteger();
    private Instant free = Instant.EPOCH;

    private StandInServer(HttpServer http, Duration pause) {
        this.http = http;
        this.pause = pause;
    }

    /** Starts a server with a delay of 35 ms between the words of a stream, like a fast model. */
    public static StandInServer start() {
        return start(Duration.ofMillis(35));
    }

    /** Starts a server with this delay between the words of a stream. */
    public static StandInServer start(Duration pause) {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0), 0);
            StandInServer server = new StandInServer(http, pause);
            http.createContext("/", server::handle);
            http.setExecutor(server.threads);
            http.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("no free port for the stand-in", e);
        }
    }

    /** The address of the API. */
    public String baseUrl() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/v1";
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String key = exchange.getRequestHeaders().getFirst("Authorization");
            if (("Bearer " + WRONG_KEY).equals(key)) {
                refuse(exchange, 401, "invalid_api_key", "Incorrect API key provided: " + WRONG_KEY);
                return;
            }
            switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
                case "GET /v1/models" -> send(exchange, 200, StandInWriter.models(MODELS));
                case "POST /v1/chat/completions" -> complete(exchange, body);
                default -> refuse(exchange, 404, "unknown_url", "There is nothing at this address.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server is closing
        }
    }

    private void complete(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        JsonObject request;
        try {
            request = JsonObject.of(Json.parse(body));
        } catch (JsonException e) {
            refuse(exchange, 400, "invalid_json", "The body is not JSON.");
            return;
        }
        String model = request.text("model");
        if (!MODELS.contains(model)) {
            refuse(exchange, 404, "model_not_found", "The model '" + model + "' does not exist.");
        } else if (request.objects("messages").isEmpty()) {
            refuse(exchange, 400, "empty_array", "'messages' must not be empty.");
        } else if (model.equals(BUSY) && isBusy()) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            refuse(exchange, 429, "rate_limit_exceeded", "Too many requests.");
        } else {
            answer(exchange, request, model);
        }
    }

    /**
     * True for one second from the first request on. The first request after that is answered, and the cycle restarts.
     */
    private synchronized boolean isBusy() {
        Instant now = Instant.now();
        if (free.equals(Instant.EPOCH)) {
            free = now.plusSeconds(1);
        }
        if (now.isBefore(free)) {
            return true;
        }
        free = Instant.EPOCH;
        return false;
    }

    private void answer(HttpExchange exchange, JsonObject request, String model)
            throws IOException, InterruptedException {
        if (model.equals(SLOW)) {
            Thread.sleep(THINKING.toMillis());
        }
        StandInWriter writer = new StandInWriter("chatcmpl-" + answers.incrementAndGet(), model);
        StandInModel.Answer answer = StandInModel.answer(request);
        if (!"true".equals(request.text("stream"))) {
            send(exchange, 200, writer.whole(answer));
            return;
        }
        boolean usage = "true".equals(request.object("stream_options").text("include_usage"));
        List<byte[]> chunks = writer.chunks(answer, usage);
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0); // 0: unknown length, sent in chunks
        OutputStream out = exchange.getResponseBody();
        for (byte[] chunk : model.equals(CUT) ? chunks.subList(0, chunks.size() / 2) : chunks) {
            out.write(event(chunk));
            out.flush();
            Thread.sleep(pause.toMillis());
        }
        if (model.equals(CUT)) {
            return; // closes the connection without the end of the stream
        }
        out.write(event("[DONE]".getBytes(StandardCharsets.UTF_8)));
        out.close();
    }

    private static byte[] event(byte[] data) {
        return ("data: " + new String(data, StandardCharsets.UTF_8) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void refuse(HttpExchange exchange, int status, String code, String message) throws IOException {
        send(exchange, status, StandInWriter.error(code, message));
    }

    private static void send(HttpExchange exchange, int status, byte[] json) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, json.length);
        exchange.getResponseBody().write(json);
    }
}
