package dev.postern.openai;

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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Collects the settings of an {@link OpenAiProvider}. Not thread-safe. */
public final class OpenAiProviderBuilder {
    private String name = "openai";
    private String baseUrl = "https://api.openai.com";
    private @Nullable String apiPath;
    private String apiVersion = "";
    private String defaultModel = "";
    private @Nullable Supplier<String> apiKey;
    private @Nullable Supplier<String> bearerToken;
    private @Nullable ServerProfile profile;
    private boolean thinkTags;
    private List<String> imageSchemes = List.of();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private Timeouts timeouts = Timeouts.defaults();
    private final TransportSettings transport = new TransportSettings();
    private int maxEventBytes = SseDecoder.DEFAULT_MAX_EVENT_BYTES;
    private int maxResponseBytes = WholeBody.DEFAULT_MAX_BYTES;
    private Instrumentation instrumentation = Instrumentation.NONE;
    private Clock clock = Clock.systemUTC();
    private Supplier<String> newIds =
            () -> "call_" + UUID.randomUUID().toString().replace("-", "").substring(0, 24);

    OpenAiProviderBuilder() {}

    /**
     * Adds listeners and interceptors for the calls of this provider, inside of those that were added before. Default: none.
     */
    public OpenAiProviderBuilder instrumentation(Instrumentation with) {
        instrumentation = instrumentation.plus(with);
        return this;
    }

    /** The name of the provider in errors, logs and routes. Default {@code openai}. */
    public OpenAiProviderBuilder name(String backend) {
        name = Objects.requireNonNull(backend, "name");
        return this;
    }

    /**
     * The server's address, default {@code https://api.openai.com}. A path that contains a version, such as {@code /v1}
     * or {@code /v1beta/openai}, is used unchanged; otherwise {@code /v1} is appended. Azure has two
     * styles of paths: with a dated {@link #apiVersion} the path contains the deployment, otherwise the path is
     * {@code /openai/v1}.
     */
    public OpenAiProviderBuilder baseUrl(String address) {
        baseUrl = Objects.requireNonNull(address, "baseUrl");
        return this;
    }

    /** The path between the base URL and {@code /chat/completions}. Default: derived from the base URL. */
    public OpenAiProviderBuilder apiPath(String path) {
        apiPath = path;
        return this;
    }

    /** Azure's {@code api-version}, such as {@code 2024-10-21}. */
    public OpenAiProviderBuilder apiVersion(String version) {
        apiVersion = Objects.requireNonNull(version, "apiVersion");
        return this;
    }

    /** The model for requests without a model. Default: none; then such a request is sent without a model. */
    public OpenAiProviderBuilder defaultModel(String model) {
        defaultModel = Objects.requireNonNull(model, "defaultModel");
        return this;
    }

    /** The API key. Default: none; an empty key is not sent. */
    public OpenAiProviderBuilder apiKey(String key) {
        Objects.requireNonNull(key, "apiKey");
        return apiKey(new FixedKey(key));
    }

    /**
     * A supplier of the API key. It is called before each attempt, so the key may rotate. It runs on a thread of the
     * library and may block; the total timeout of the call includes this time. If it throws an {@link LlmException},
     * the call fails with this exception; if it throws another exception, the call fails with
     * {@link Kind#AUTHENTICATION}.
     */
    public OpenAiProviderBuilder apiKey(Supplier<String> source) {
        apiKey = Objects.requireNonNull(source, "apiKey");
        return this;
    }

    /**
     * A supplier of a token for {@code Authorization: Bearer}, for example from Entra ID for Azure. It is called like
     * the supplier of the key.
     */
    public OpenAiProviderBuilder bearerToken(Supplier<String> source) {
        bearerToken = Objects.requireNonNull(source, "bearerToken");
        return this;
    }

    /** How the server deviates from OpenAI's API. Default: {@link ServerProfile#forBaseUrl}. */
    public OpenAiProviderBuilder profile(ServerProfile server) {
        profile = Objects.requireNonNull(server, "profile");
        return this;
    }

    /**
     * Whether to read {@code <think>…</think>} in the text of answers as reasoning. Default false: the tags stay in the
     * text. For servers that do not separate reasoning from text, such as llama.cpp and older versions of vLLM.
     */
    public OpenAiProviderBuilder thinkTags(boolean areReasoning) {
        thinkTags = areReasoning;
        return this;
    }

    /**
     * The schemes that the URL of an image may have. The server fetches the image from its own network. Default: by
     * profile, {@code http}, {@code https} and {@code data}, for Gemini also {@code gs}. Allow {@code file} only if
     * every caller may read the server's files. An empty list keeps the default.
     */
    public OpenAiProviderBuilder imageSchemes(List<String> schemes) {
        imageSchemes = List.copyOf(schemes);
        return this;
    }

    /**
     * The header {@code OpenAI-Organization}, for keys that belong to several organizations. An empty id changes
     * nothing.
     */
    public OpenAiProviderBuilder organization(String id) {
        return id.isEmpty() ? this : header("OpenAI-Organization", id);
    }

    /** The header {@code OpenAI-Project}, for keys that belong to several projects. An empty id changes nothing. */
    public OpenAiProviderBuilder project(String id) {
        return id.isEmpty() ? this : header("OpenAI-Project", id);
    }

    /**
     * A header of every request. It replaces the provider's header of this name; a header of the request replaces both.
     */
    public OpenAiProviderBuilder header(String header, String value) {
        headers.put(header, value);
        return this;
    }

    /**
     * The timeouts of calls. Default: {@link Timeouts#defaults()}. If you set an HTTP client or a transport, its own
     * connect timeout applies.
     */
    public OpenAiProviderBuilder timeouts(Timeouts limits) {
        timeouts = Objects.requireNonNull(limits, "timeouts");
        return this;
    }

    /** When and how often a failed request is sent again. Default: {@link RetryPolicy#defaults()}. */
    public OpenAiProviderBuilder retries(RetryPolicy policy) {
        transport.retries = Objects.requireNonNull(policy, "retries");
        return this;
    }

    /** Your own HTTP client, for example with a proxy or TLS settings. The provider does not close it. */
    public OpenAiProviderBuilder httpClient(HttpClient client) {
        transport.httpClient = Objects.requireNonNull(client, "httpClient");
        return this;
    }

    /**
     * A transport that several providers share. The provider does not close it, and the transport's retry policy
     * applies.
     */
    public OpenAiProviderBuilder transport(HttpTransport shared) {
        transport.shared = Objects.requireNonNull(shared, "transport");
        return this;
    }

    /** Whether TLS connections may use HTTP/2. Default false; see {@link HttpTransport}. */
    public OpenAiProviderBuilder http2(boolean allowed) {
        transport.http2 = allowed;
        return this;
    }

    /**
     * What is logged of each HTTP exchange of this provider. Default: what the system property {@code dev.postern.wire} says, else
     * nothing; see {@link WireLog}. A shared {@link #transport} has its own.
     */
    public OpenAiProviderBuilder wireLog(WireLog wanted) {
        transport.wireLog = Objects.requireNonNull(wanted, "wireLog");
        return this;
    }

    /**
     * Shows each HTTP exchange of this provider to this recorder, which records it if it is running. Default: none. A shared {@link
     * #transport} has its own.
     */
    public OpenAiProviderBuilder recorder(WireRecorder yours) {
        transport.recorder = Objects.requireNonNull(yours, "recorder");
        return this;
    }

    /**
     * The maximum size of one event of a stream, in bytes. It is also the maximum size of all tool arguments of one
     * answer together, in characters. Default 16 MiB.
     */
    public OpenAiProviderBuilder maxEventBytes(int bytes) {
        maxEventBytes = bytes;
        return this;
    }

    /** The maximum size of a whole answer: in bytes, or in characters if the server streams it. Default 64 MiB. */
    public OpenAiProviderBuilder maxResponseBytes(int bytes) {
        maxResponseBytes = bytes;
        return this;
    }

    OpenAiProviderBuilder clock(Clock source) {
        clock = source;
        return this;
    }

    OpenAiProviderBuilder newIds(Supplier<String> source) {
        newIds = source;
        return this;
    }

    /**
     * Builds the provider.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} if a setting is invalid; the message names the setting
     */
    public OpenAiProvider build() {
        transport.check();
        if (maxEventBytes < 1) {
            throw new LlmException(
                    Kind.CONFIGURATION, "max_event_bytes: must be at least 1, but is " + maxEventBytes + ".");
        }
        if (maxResponseBytes < 1) {
            throw new LlmException(
                    Kind.CONFIGURATION, "max_response_bytes: must be at least 1, but is " + maxResponseBytes + ".");
        }
        ServerProfile server = serverProfile();
        Endpoint endpoint = Endpoint.of(baseUrl, apiPath, apiVersion, server);
        return new OpenAiProvider(
                new OpenAiBackend(
                        name,
                        endpoint,
                        server,
                        new LearnedProfiles(),
                        defaultModel,
                        new RequestHeaders(server.keyHeader(), apiKey, bearerToken, headers),
                        timeouts,
                        new ReplyDecoder.Bounds(maxEventBytes, maxResponseBytes),
                        clock,
                        newIds),
                transport.open(timeouts.connect()),
                transport.shared == null,
                instrumentation);
    }

    private ServerProfile serverProfile() {
        ServerProfile server = profile;
        if (server == null) {
            server = BuiltInProfiles.forAddress(baseUrl);
        }
        if (thinkTags) {
            server = server.withThinkTags(true);
        }
        if (!imageSchemes.isEmpty()) {
            server = server.with(server.rules()
                    .withImageSchemes(imageSchemes.stream()
                            .map(scheme -> scheme.toLowerCase(Locale.ROOT))
                            .collect(Collectors.toSet())));
        }
        return server;
    }
}
