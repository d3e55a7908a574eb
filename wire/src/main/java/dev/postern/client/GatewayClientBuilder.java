package dev.postern.client;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.call.Instrumentation;
import dev.postern.http.HttpTransport;
import dev.postern.http.RetryPolicy;
import dev.postern.http.SseDecoder;
import dev.postern.http.WholeBody;
import dev.postern.http.WireLog;
import dev.postern.http.WireRecorder;
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
    private boolean sendsContext;
    private Instrumentation instrumentation = Instrumentation.NONE;
    private String backend = "";
    private @Nullable Supplier<String> apiKey;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private Timeouts timeouts = Timeouts.defaults();
    private @Nullable RetryPolicy retries;
    private @Nullable HttpClient httpClient;
    private @Nullable HttpTransport transport;
    private @Nullable WireLog wireLog;
    private @Nullable WireRecorder recorder;
    private int maxEventBytes = SseDecoder.DEFAULT_MAX_EVENT_BYTES;
    private int maxResponseBytes = WholeBody.DEFAULT_MAX_BYTES;
    private Clock clock = Clock.systemUTC();

    GatewayClientBuilder() {}

    /** Names the gateway in errors, logs and routes. Default {@code gateway}. */
    public GatewayClientBuilder name(String gateway) {
        name = Objects.requireNonNull(gateway, "name");
        return this;
    }

    /**
     * Whether the remote gateway is told who asks, and until when: id, user, session, tenant, remaining time and trace parent of the
     * request's {@linkplain dev.postern.CompletionRequest#context() context}, in headers. Other attributes are never sent. Default
     * false.
     */
    public GatewayClientBuilder sendContext(boolean wanted) {
        sendsContext = wanted;
        return this;
    }

    /**
     * Adds listeners and interceptors for the calls of this client, inside of those that were added before. Default: none.
     */
    public GatewayClientBuilder instrumentation(Instrumentation with) {
        instrumentation = instrumentation.plus(with);
        return this;
    }

    /** The gateway's address, such as {@code http://localhost:8000}. A path is kept as a prefix. Required. */
    public GatewayClientBuilder baseUrl(String address) {
        baseUrl = Objects.requireNonNull(address, "baseUrl");
        return this;
    }

    /** The remote backend for requests that name none. Default empty: the gateway's own default. */
    public GatewayClientBuilder backend(String remoteName) {
        backend = Objects.requireNonNull(remoteName, "backend");
        return this;
    }

    /** Adds a header to every request. It replaces a header of the client; a header of a request replaces it. */
    public GatewayClientBuilder header(String header, String value) {
        headers.put(Objects.requireNonNull(header, "header"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /** A key for a gateway behind an authenticating proxy, sent as {@code Authorization: Bearer}; empty for none. */
    public GatewayClientBuilder apiKey(String key) {
        Objects.requireNonNull(key, "apiKey");
        return apiKey(new ConstantKey(key));
    }

    /**
     * Sets the supplier of the key. It is called before each attempt, so keys can rotate, on a thread of the library, which it
     * may block; the total timeout of the call includes it.
     */
    public GatewayClientBuilder apiKey(Supplier<String> source) {
        apiKey = Objects.requireNonNull(source, "apiKey");
        return this;
    }

    /**
     * Sets the timeouts; default {@link Timeouts#defaults()}. The connect timeout of an {@link #httpClient} or {@link
     * #transport} is not changed.
     */
    public GatewayClientBuilder timeouts(Timeouts limits) {
        timeouts = Objects.requireNonNull(limits, "timeouts");
        return this;
    }

    /**
     * Sets how often a request may be sent; default {@link RetryPolicy#none()}, once, because the remote gateway retries
     * itself.
     */
    public GatewayClientBuilder retries(RetryPolicy policy) {
        retries = Objects.requireNonNull(policy, "retries");
        return this;
    }

    /** Uses an existing client, for a proxy or TLS settings. The caller closes it. */
    public GatewayClientBuilder httpClient(HttpClient client) {
        httpClient = Objects.requireNonNull(client, "httpClient");
        return this;
    }

    /** Uses a transport that several providers share, with its retries. The caller closes it. */
    public GatewayClientBuilder transport(HttpTransport shared) {
        transport = Objects.requireNonNull(shared, "transport");
        return this;
    }

    /**
     * What is logged of each HTTP exchange; default what the system property {@code dev.postern.wire} says, else nothing; see {@link
     * WireLog}. A shared {@link #transport} has its own.
     */
    public GatewayClientBuilder wireLog(WireLog wanted) {
        wireLog = Objects.requireNonNull(wanted, "wireLog");
        return this;
    }

    /**
     * Shows each HTTP exchange to this recorder, which records it if it is running; default none. A shared {@link #transport} has its
     * own.
     */
    public GatewayClientBuilder recorder(WireRecorder yours) {
        recorder = Objects.requireNonNull(yours, "recorder");
        return this;
    }

    /** The largest event of a stream in bytes; default 16 MiB. */
    public GatewayClientBuilder maxEventBytes(int bytes) {
        maxEventBytes = bytes;
        return this;
    }

    /** The largest whole answer in bytes; default 64 MiB. */
    public GatewayClientBuilder maxResponseBytes(int bytes) {
        maxResponseBytes = bytes;
        return this;
    }

    GatewayClientBuilder clock(Clock source) {
        clock = source;
        return this;
    }

    /**
     * Creates the client.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} that names the wrong setting
     */
    public GatewayClient build() {
        if (transport != null && (httpClient != null || retries != null)) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    "transport: has its own client and retries; set httpClient and retries on the transport.");
        }
        if (transport != null && (wireLog != null || recorder != null)) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    "transport: has its own wire log and recorder; set wireLog and recorder on the transport.");
        }
        if (maxEventBytes < 1) {
            throw new LlmException(
                    Kind.CONFIGURATION, "max_event_bytes: must be at least 1, but is " + maxEventBytes + ".");
        }
        if (maxResponseBytes < 1) {
            throw new LlmException(
                    Kind.CONFIGURATION, "max_response_bytes: must be at least 1, but is " + maxResponseBytes + ".");
        }
        RemoteGateway remote = new RemoteGateway(
                name,
                GatewayUrls.of(baseUrl),
                new HeaderFactory(apiKey, backend, headers, sendsContext),
                timeouts,
                maxEventBytes,
                maxResponseBytes,
                clock);
        HttpTransport shared = transport;
        return new GatewayClient(remote, shared == null ? ownTransport() : shared, shared == null, instrumentation);
    }

    private HttpTransport ownTransport() {
        HttpTransport.Builder own = HttpTransport.builder()
                .retries(retries == null ? RetryPolicy.none() : retries)
                .connectTimeout(timeouts.connect());
        if (httpClient != null) {
            own.httpClient(httpClient);
        }
        if (wireLog != null) {
            own.wireLog(wireLog);
        }
        if (recorder != null) {
            own.recorder(recorder);
        }
        return own.build();
    }
}
