package dev.postern.client;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.http.HttpTransport;
import dev.postern.http.RetryPolicy;
import dev.postern.http.SseDecoder;
import dev.postern.http.WholeBody;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects the settings of a {@link GatewayClient}. Not thread-safe. */
public final class GatewayClientBuilder {
    private String name = "gateway";
    private String baseUrl = "";
    private String backend = "";
    private @Nullable Supplier<String> apiKey;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private Timeouts timeouts = Timeouts.defaults();
    private @Nullable RetryPolicy retries;
    private @Nullable HttpClient httpClient;
    private @Nullable HttpTransport transport;
    private int maxEventBytes = SseDecoder.DEFAULT_MAX_EVENT_BYTES;
    private int maxResponseBytes = WholeBody.DEFAULT_MAX_BYTES;
    private Clock clock = Clock.systemUTC();

    GatewayClientBuilder() {}

    /** Names the gateway in errors, logs and routes. Default {@code gateway}. */
    public GatewayClientBuilder name(String gateway) {
        name = Objects.requireNonNull(gateway, "name");
        return this;
    }

    /** The gateway's address, such as {@code http://localhost:8000}; a path in front of its own paths is kept. Required. */
    public GatewayClientBuilder baseUrl(String address) {
        baseUrl = Objects.requireNonNull(address, "baseUrl");
        return this;
    }

    /** The remote backend for requests that name none. Default empty: the gateway's own default. */
    public GatewayClientBuilder backend(String remoteName) {
        backend = Objects.requireNonNull(remoteName, "backend");
        return this;
    }

    /** A header of every request; it wins over the client's own, and a request's own wins over it. */
    public GatewayClientBuilder header(String header, String value) {
        headers.put(Objects.requireNonNull(header, "header"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /** A key for a gateway behind an authenticating proxy, sent as {@code Authorization: Bearer}; empty for none. */
    public GatewayClientBuilder apiKey(String key) {
        Objects.requireNonNull(key, "apiKey");
        return apiKey(new FixedKey(key));
    }

    /**
     * Where to get the key. It is asked before each attempt, so a key may rotate, on a thread of the library's, which it may
     * block; the total timeout of the call covers it.
     */
    public GatewayClientBuilder apiKey(Supplier<String> source) {
        apiKey = Objects.requireNonNull(source, "apiKey");
        return this;
    }

    /** How long to wait; default {@link Timeouts#defaults()}. With a client or transport of yours, its connect timeout holds. */
    public GatewayClientBuilder timeouts(Timeouts limits) {
        timeouts = Objects.requireNonNull(limits, "timeouts");
        return this;
    }

    /**
     * How often a request may be sent; default {@link RetryPolicy#none()}, once, because the remote gateway has tried again
     * already.
     */
    public GatewayClientBuilder retries(RetryPolicy policy) {
        retries = Objects.requireNonNull(policy, "retries");
        return this;
    }

    /** A client of yours, for a proxy or a TLS setting; it stays yours to close. */
    public GatewayClientBuilder httpClient(HttpClient yours) {
        httpClient = Objects.requireNonNull(yours, "httpClient");
        return this;
    }

    /** A transport that several providers share; it stays yours to close, and its retries hold. */
    public GatewayClientBuilder transport(HttpTransport shared) {
        transport = Objects.requireNonNull(shared, "transport");
        return this;
    }

    /** What one event of a stream may measure; default 16 MiB. */
    public GatewayClientBuilder maxEventBytes(int bytes) {
        maxEventBytes = bytes;
        return this;
    }

    /** What a whole answer may measure; default 64 MiB. */
    public GatewayClientBuilder maxResponseBytes(int bytes) {
        maxResponseBytes = bytes;
        return this;
    }

    GatewayClientBuilder clock(Clock source) {
        clock = source;
        return this;
    }

    /**
     * The client.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} that names the wrong setting
     */
    public GatewayClient build() {
        if (transport != null && (httpClient != null || retries != null)) {
            throw new LlmException(
                    Kind.CONFIGURATION, "transport: brings its own client and retries; set those on it instead.");
        }
        if (maxEventBytes < 1 || maxResponseBytes < 1) {
            throw new LlmException(Kind.CONFIGURATION, "max_event_bytes, max_response_bytes: must be at least 1.");
        }
        Remote remote = new Remote(
                name,
                Place.of(baseUrl),
                new Credentials(apiKey, backend, headers),
                timeouts,
                maxEventBytes,
                maxResponseBytes,
                clock);
        HttpTransport shared = transport;
        return new GatewayClient(remote, shared == null ? ownTransport() : shared, shared == null);
    }

    private HttpTransport ownTransport() {
        HttpTransport.Builder own = HttpTransport.builder()
                .retries(retries == null ? RetryPolicy.none() : retries)
                .connectTimeout(timeouts.connect());
        if (httpClient != null) {
            own.httpClient(httpClient);
        }
        return own.build();
    }
}
