package dev.postern.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.flow.SecretNames;
import dev.postern.json.Json;
import dev.postern.testkit.RecordedExchange.End;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A server on the loopback interface that forwards each request to a real server, passes its answer back as it comes, and records
 * both.
 *
 * <pre>{@code
 * try (RecordingProxy proxy = RecordingProxy.to("https://api.openai.com/v1").scrubField("/user");
 *         LlmProvider llm = OpenAiProvider.builder().baseUrl(proxy.url()).apiKey(key).build()) {
 *     …
 *     proxy.recording().save(Path.of("src/test/resources/chat.json"));
 * }
 * }</pre>
 *
 * <p>What the recording has of headers: the content type, request ids and rate limits of answers, and the headers of requests
 * that {@link #keepHeader} names. The values of headers that hold keys, tokens, cookies or signatures are replaced by {@code ***}
 * wherever they appear, as are the values of such query parameters and what {@link #scrub} and {@link #scrubField} name.
 *
 * <p>A signature of AWS covers the name of the host, so Bedrock must be called with an API key. A cancel by the client is noticed
 * when the server sends its next bytes. At most 16 answers are open at once, and a recording has at most 64 MB. Thread-safe.
 */
public final class RecordingProxy implements AutoCloseable {
    private static final long MAX_BYTES = 64 << 20;
    private static final int PIECE = 16 << 10;
    private static final Pattern NOT_FORWARDED = Pattern.compile(
            "connection|content-length|host|upgrade|http2-settings|expect|transfer-encoding|accept-encoding|te|trailer"
                    + "|keep-alive|proxy-.*|content-encoding|:.*");
    private static final Pattern KEPT = Pattern.compile("content-type|retry-after|.*request-?id|x-ratelimit-.*");

    private final URI upstream;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Scrubber scrubber = new Scrubber();
    private final ScriptedServer server = new ScriptedServer(this::forward);

    // Guarded by this.
    private final Set<String> keptHeaders = new HashSet<>();
    private final List<Raw> exchanges = new ArrayList<>();
    private final Set<Raw> open = new HashSet<>();
    private long bytes;

    /** An exchange as it was on the wire, with secrets. */
    private static final class Raw {
        private final WireRequest request;
        private final HttpResponse<InputStream> head;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private End end = End.CANCELLED;

        Raw(WireRequest request, HttpResponse<InputStream> head) {
            this.request = request;
            this.head = head;
        }
    }

    private RecordingProxy(URI upstream) {
        this.upstream = upstream;
    }

    /** Starts a proxy to the server with this base URL, the same that a provider would get. */
    public static RecordingProxy to(String baseUrl) {
        return to(URI.create(baseUrl));
    }

    /** Starts a proxy to the server with this base URL, the same that a provider would get. */
    public static RecordingProxy to(URI baseUrl) {
        return new RecordingProxy(baseUrl);
    }

    /** The base URL for the provider. */
    public String url() {
        return uri().toString();
    }

    /** The base URL for the provider. */
    public URI uri() {
        return URI.create(server.uri() + basePath());
    }

    private String basePath() {
        String path = upstream.getRawPath() == null ? "" : upstream.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    // ---- what is scrubbed -------------------------------------------------------------------------------------------

    /** Replaces these texts wherever they appear. */
    public RecordingProxy scrub(String... texts) {
        for (String text : texts) {
            scrubber.secret(text);
        }
        return this;
    }

    /** Replaces what matches this pattern wherever it appears. */
    public RecordingProxy scrub(Pattern pattern) {
        scrubber.pattern(pattern);
        return this;
    }

    /** Replaces this field of each request's body, a JSON pointer such as {@code /metadata/user}. */
    public RecordingProxy scrubField(String pointer) {
        scrubber.field(pointer);
        return this;
    }

    /** Records this header of requests; a replayed request must have the same. */
    public synchronized RecordingProxy keepHeader(String name) {
        keptHeaders.add(name.toLowerCase(Locale.ROOT));
        return this;
    }

    /**
     * What was recorded so far, scrubbed. Waits at most 30 seconds for the end of open answers, which the client may have before
     * this proxy.
     *
     * @throws IllegalStateException if it is larger than 64 MB, or if a binary body contains what must be scrubbed
     */
    public synchronized Recording recording() {
        try {
            Waits.atMost(this, FakeCalls.PATIENCE, open::isEmpty);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (bytes > MAX_BYTES) {
            throw new IllegalStateException(
                    "The recording is larger than " + MAX_BYTES + " bytes; record fewer calls.");
        }
        return new Recording(basePath(), exchanges.stream().map(this::scrubbed).toList());
    }

    private RecordedExchange scrubbed(Raw raw) {
        Map<String, String> requestHeaders = new LinkedHashMap<>();
        for (Map.Entry<String, String> header : raw.request.headers()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (keptHeaders.contains(name)) {
                requestHeaders.put(name, SecretNames.isSecret(name) ? Scrubber.MASK : scrubber.text(header.getValue()));
            }
        }
        Map<String, String> answerHeaders = new LinkedHashMap<>();
        raw.head.headers().map().forEach((name, values) -> {
            if (KEPT.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
                answerHeaders.put(name, scrubber.text(values.get(0)));
            }
        });
        return new RecordedExchange(
                raw.request.method(),
                scrubber.target(raw.request.target()),
                requestHeaders,
                scrubber.body(RecordedExchange.bodyOf(raw.request)),
                raw.head.statusCode(),
                answerHeaders,
                RecordedBody.parts(
                        raw.body.toByteArray(),
                        raw.head.headers().firstValue("content-type").orElse(""),
                        scrubber),
                raw.end);
    }

    // ---- forwarding -------------------------------------------------------------------------------------------------

    private void forward(WireExchange exchange) throws IOException, InterruptedException {
        scrubber.learn(exchange.request());
        HttpResponse<InputStream> answer;
        try {
            answer = client.send(toUpstream(exchange.request()), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            String message = "The recording proxy cannot reach " + upstream + ": " + e + ". Nothing was recorded.";
            exchange.answer(
                    502,
                    "application/json",
                    Json.text(Fields.of("message", message, "error", Fields.of("message", message)))
                            .getBytes(UTF_8));
            return;
        }
        List<String> lines = new ArrayList<>(List.of("Transfer-Encoding: chunked"));
        answer.headers().map().forEach((name, values) -> {
            if (!NOT_FORWARDED.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
                values.forEach(value -> lines.add(name + ": " + value));
            }
        });
        pass(answer, lines, exchange);
    }

    private HttpRequest toUpstream(WireRequest request) {
        HttpRequest.Builder out = HttpRequest.newBuilder(
                        URI.create(upstream.getScheme() + "://" + upstream.getRawAuthority() + request.target()))
                .method(
                        request.method(),
                        request.body().length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(request.body()));
        request.headers().forEach(header -> {
            if (!NOT_FORWARDED.matcher(header.getKey().toLowerCase(Locale.ROOT)).matches()) {
                out.header(header.getKey(), header.getValue());
            }
        });
        return out.build();
    }

    private void pass(HttpResponse<InputStream> answer, List<String> lines, WireExchange exchange) throws IOException {
        Raw raw = new Raw(exchange.request(), answer);
        begin(raw);
        End end = End.CANCELLED;
        try (InputStream in = answer.body()) {
            exchange.head(answer.statusCode(), lines.toArray(String[]::new));
            byte[] piece = new byte[PIECE];
            for (int count = read(in, piece); count > 0; count = read(in, piece)) {
                byte[] some = Arrays.copyOf(piece, count);
                add(raw, some);
                exchange.chunk(some);
            }
            end = End.COMPLETE;
            exchange.lastChunk();
        } catch (UpstreamCut e) {
            end = End.CUT;
            exchange.close();
        } finally {
            end(raw, end);
        }
    }

    /** The connection to the real server broke. */
    private static final class UpstreamCut extends IOException {
        private static final long serialVersionUID = 1L;

        UpstreamCut(IOException cause) {
            super(cause);
        }
    }

    private static int read(InputStream in, byte[] piece) throws UpstreamCut {
        try {
            return in.read(piece);
        } catch (IOException e) {
            throw new UpstreamCut(e);
        }
    }

    private synchronized void begin(Raw raw) {
        exchanges.add(raw);
        open.add(raw);
        bytes += raw.request.body().length;
    }

    private synchronized void add(Raw raw, byte[] some) {
        bytes += some.length;
        if (bytes <= MAX_BYTES) {
            raw.body.writeBytes(some);
        }
    }

    private synchronized void end(Raw raw, End how) {
        raw.end = how;
        open.remove(raw);
        notifyAll();
    }

    /** Closes all connections. */
    @Override
    public void close() {
        server.close();
        List<Raw> running;
        synchronized (this) {
            running = List.copyOf(open);
        }
        for (Raw raw : running) {
            try {
                raw.head.body().close();
            } catch (IOException e) {
                // it is closed in any case
            }
        }
    }
}
