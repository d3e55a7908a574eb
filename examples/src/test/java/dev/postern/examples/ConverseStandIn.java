package dev.postern.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.CRC32;

/** A server with the part of Bedrock's API that the example uses: one answer, as a whole and as a stream of frames. */
final class ConverseStandIn implements AutoCloseable {
    private final HttpServer server;
    private final List<String> paths = new CopyOnWriteArrayList<>();

    private ConverseStandIn(HttpServer server) {
        this.server = server;
    }

    static ConverseStandIn start() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ConverseStandIn standIn = new ConverseStandIn(http);
        http.createContext("/", standIn::answer);
        http.start();
        return standIn;
    }

    /** The environment variables with the address of this server and with keys. */
    Map<String, String> environment() {
        return Map.of(
                "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "AWS_ACCESS_KEY_ID",
                "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY",
                "not-a-secret");
    }

    /** The requests that were received. */
    List<String> paths() {
        return paths;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            paths.add(path);
            exchange.getRequestBody().readAllBytes();
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (authorization == null || !authorization.startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")) {
                exchange.sendResponseHeaders(403, -1);
            } else if (path.endsWith("/converse-stream")) {
                send(exchange, "application/vnd.amazon.eventstream", stream());
            } else {
                send(exchange, "application/json", """
                        {"output":{"message":{"role":"assistant","content":[{"text":"Paris"}]}},
                        "stopReason":"end_turn","usage":{"inputTokens":10,"outputTokens":1,"totalTokens":11}}
                        """.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private static byte[] stream() {
        ByteBuffer frames = ByteBuffer.allocate(4096);
        frame(frames, "messageStart", "{\"role\":\"assistant\"}");
        frame(frames, "contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"It stands \"}}");
        frame(frames, "contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"between.\"}}");
        frame(frames, "contentBlockStop", "{\"contentBlockIndex\":0}");
        frame(frames, "messageStop", "{\"stopReason\":\"end_turn\"}");
        frame(frames, "metadata", "{\"usage\":{\"inputTokens\":9,\"outputTokens\":3,\"totalTokens\":12}}");
        byte[] bytes = new byte[frames.position()];
        frames.flip().get(bytes);
        return bytes;
    }

    /** Writes a frame: total length, length of the headers, CRC of both, headers, payload, CRC of all. */
    private static void frame(ByteBuffer out, String event, String payload) {
        ByteBuffer headers = ByteBuffer.allocate(256);
        header(headers, ":message-type", "event");
        header(headers, ":event-type", event);
        headers.flip();
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        int start = out.position();
        out.putInt(16 + headers.remaining() + body.length).putInt(headers.remaining());
        out.putInt(crc(out, start)).put(headers).put(body);
        out.putInt(crc(out, start));
    }

    /** Writes a string header: length and name, the type 7, length and value. */
    private static void header(ByteBuffer out, String name, String value) {
        out.put((byte) name.length()).put(name.getBytes(StandardCharsets.UTF_8));
        out.put((byte) 7).putShort((short) value.length()).put(value.getBytes(StandardCharsets.UTF_8));
    }

    private static int crc(ByteBuffer bytes, int start) {
        CRC32 crc = new CRC32();
        crc.update(bytes.array(), start, bytes.position() - start);
        return (int) crc.getValue();
    }
}
