package dev.postern.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.json.Json;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A server that answers from a {@link Recording}. Each recorded answer is given once, to a request with the same method, path,
 * recorded headers and body; the order of the requests does not matter. In the recording, {@code ***} stands for any characters.
 *
 * <p>A request that is not in the recording gets status 400, with a message that names the fields in which it differs from the
 * nearest one that was not replayed yet: their JSON pointers, what was expected, and what came. The provider's failure shows this
 * message, and {@link #misses} keeps it.
 *
 * <p>Thread-safe.
 */
public final class ReplayServer implements AutoCloseable {
    private static final int SHOWN = 3;

    private final Recording recording;
    private final ScriptedServer server = new ScriptedServer(this::answer);

    // Guarded by this.
    private final List<RecordedExchange> left;
    private final List<String> misses = new ArrayList<>();

    ReplayServer(Recording recording) {
        this.recording = recording;
        this.left = new ArrayList<>(recording.exchanges());
    }

    /** The base URL for the provider, with the path of the one that was recorded. */
    public String url() {
        return uri().toString();
    }

    /** The base URL for the provider, with the path of the one that was recorded. */
    public URI uri() {
        return URI.create(server.uri() + recording.basePath());
    }

    /** All requests so far, in order. */
    public List<WireRequest> requests() {
        return server.requests();
    }

    /** What was asked for and is not in the recording: a text for each request. */
    public synchronized List<String> misses() {
        return List.copyOf(misses);
    }

    /** Fails if a request was not in the recording, or if a recorded answer was not asked for. */
    public synchronized void assertAllReplayed() {
        if (!misses.isEmpty()) {
            throw new AssertionError(String.join("\n", misses));
        }
        if (!left.isEmpty()) {
            throw new AssertionError(left.size() + " of " + recording.size()
                    + " recorded requests did not come; the first is "
                    + left.get(0).method() + " "
                    + left.get(0).target() + " with "
                    + Shown.shortened(Json.text(left.get(0).body())));
        }
    }

    private void answer(WireExchange exchange) throws IOException {
        RecordedExchange found = next(exchange.request());
        if (found != null) {
            replay(found, exchange);
            return;
        }
        String miss = lastMiss();
        byte[] body = Json.text(Fields.of("message", miss, "error", Fields.of("message", miss)))
                .getBytes(UTF_8);
        exchange.answer(400, "application/json", body, "x-amzn-ErrorType: ValidationException");
    }

    private synchronized @Nullable RecordedExchange next(WireRequest request) {
        List<List<String>> differences =
                left.stream().map(recorded -> recorded.differences(request)).toList();
        int nearest = IntStream.range(0, left.size())
                .boxed()
                .min(Comparator.comparingInt(i -> differences.get(i).size()))
                .orElse(-1);
        if (nearest >= 0 && differences.get(nearest).isEmpty()) {
            return left.remove(nearest);
        }
        if (nearest < 0) {
            misses.add("All " + recording.size() + " recorded requests were replayed, and another one came: "
                    + request.method() + " " + request.target() + " with "
                    + Shown.shortened(Json.text(RecordedExchange.bodyOf(request))));
        } else {
            List<String> all = differences.get(nearest);
            misses.add("The request is not in the recording. The nearest one differs in "
                    + String.join("; ", all.subList(0, Math.min(SHOWN, all.size())))
                    + (all.size() > SHOWN ? "; and in " + (all.size() - SHOWN) + " more places." : "."));
        }
        return null;
    }

    private synchronized String lastMiss() {
        return misses.get(misses.size() - 1);
    }

    private static void replay(RecordedExchange recorded, WireExchange exchange) throws IOException {
        List<String> lines = new ArrayList<>();
        recorded.answerHeaders().forEach((name, value) -> lines.add(name + ": " + value));
        lines.add("Transfer-Encoding: chunked");
        exchange.head(recorded.status(), lines.toArray(String[]::new));
        for (Object part : recorded.parts()) {
            exchange.chunk(RecordedBody.bytes(part));
        }
        switch (recorded.end()) {
            case COMPLETE -> exchange.lastChunk();
            case CUT -> exchange.close();
            case CANCELLED -> exchange.hold();
        }
    }

    /** Closes all connections. */
    @Override
    public void close() {
        server.close();
    }
}
