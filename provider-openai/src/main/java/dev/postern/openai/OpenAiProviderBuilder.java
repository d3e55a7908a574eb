package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.http.HttpTransport;
import dev.postern.http.RetryPolicy;
import dev.postern.http.SseDecoder;
import dev.postern.http.WholeBody;
import java.net.URI;
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
    private @Nullable RetryPolicy retries;
    private @Nullable HttpClient httpClient;
    private @Nullable HttpTransport transport;
    private boolean http2;
    private int maxEventBytes = SseDecoder.DEFAULT_MAX_EVENT_BYTES;
    private int maxResponseBytes = WholeBody.DEFAULT_MAX_BYTES;
    private Clock clock = Clock.systemUTC();
    private Supplier<String> newIds =
            () -> "call_" + UUID.randomUUID().toString().replace("-", "").substring(0, 24);

    OpenAiProviderBuilder() {}

    /** Names the backend in errors, logs and routes. Default {@code openai}. */
    public OpenAiProviderBuilder name(String backend) {
        name = Objects.requireNonNull(backend, "name");
        return this;
    }

    /**
     * The server's address, default {@code https://api.openai.com}. A path that names a version, like {@code /v1} or
     * {@code /v1beta/openai}, is used as it stands; otherwise {@code /v1} is appended. For Azure both styles are known:
     * with {@link #apiVersion} the one with deployments in the path, without it {@code /openai/v1}.
     */
    public OpenAiProviderBuilder baseUrl(String address) {
        baseUrl = Objects.requireNonNull(address, "baseUrl");
        return this;
    }

    /** What stands between the base URL and {@code /chat/completions}, in place of what is found out from it. */
    public OpenAiProviderBuilder apiPath(String path) {
        apiPath = path;
        return this;
    }

    /** Azure's {@code api-version}, such as {@code 2024-10-21}. */
    public OpenAiProviderBuilder apiVersion(String version) {
        apiVersion = Objects.requireNonNull(version, "apiVersion");
        return this;
    }

    /** The model for requests that name none. Without it, such a request names none to the server either. */
    public OpenAiProviderBuilder defaultModel(String model) {
        defaultModel = Objects.requireNonNull(model, "defaultModel");
        return this;
    }

    /** The key; empty for servers that need none. */
    public OpenAiProviderBuilder apiKey(String key) {
        Objects.requireNonNull(key, "apiKey");
        return apiKey(new FixedKey(key));
    }

    /**
     * Where to get the key. It is asked before each attempt, so a key may rotate, on a thread of the library's, which it may
     * block; the total timeout of the call covers it. If it throws, the call fails with {@link Kind#AUTHENTICATION}; an
     * {@link LlmException} of its own is told as it is.
     */
    public OpenAiProviderBuilder apiKey(Supplier<String> source) {
        apiKey = Objects.requireNonNull(source, "apiKey");
        return this;
    }

    /** Where to get a token for {@code Authorization: Bearer}, such as Entra ID's for Azure; asked like the key. */
    public OpenAiProviderBuilder bearerToken(Supplier<String> source) {
        bearerToken = Objects.requireNonNull(source, "bearerToken");
        return this;
    }

    /** What the server wants; default by {@link ServerProfile#forBaseUrl}. */
    public OpenAiProviderBuilder profile(ServerProfile server) {
        profile = Objects.requireNonNull(server, "profile");
        return this;
    }

    /**
     * Reads {@code <think>…</think>} in the text of answers as reasoning; default false, then the tags stay in the text. For
     * servers that leave them there, such as llama.cpp and older versions of vLLM.
     */
    public OpenAiProviderBuilder thinkTags(boolean areReasoning) {
        thinkTags = areReasoning;
        return this;
    }

    /**
     * The schemes of image addresses that are passed on to the server, which fetches them from its own network; default by the
     * profile: {@code http}, {@code https}, {@code data}, and {@code gs} at Gemini. Allow {@code file} only if each caller
     * may read the server's files. An empty list leaves the default.
     */
    public OpenAiProviderBuilder imageSchemes(List<String> schemes) {
        imageSchemes = List.copyOf(schemes);
        return this;
    }

    /** OpenAI's organization, for keys that belong to several. */
    public OpenAiProviderBuilder organization(String id) {
        return id.isEmpty() ? this : header("OpenAI-Organization", id);
    }

    /** A header of every request; it wins over the provider's own, and a request's own wins over it. */
    public OpenAiProviderBuilder header(String header, String value) {
        headers.put(header, value);
        return this;
    }

    /** How long to wait; default {@link Timeouts#defaults()}. With a client or transport of yours, its connect timeout holds. */
    public OpenAiProviderBuilder timeouts(Timeouts limits) {
        timeouts = Objects.requireNonNull(limits, "timeouts");
        return this;
    }

    /** How often a request may be sent; default {@link RetryPolicy#defaults()}. */
    public OpenAiProviderBuilder retries(RetryPolicy policy) {
        retries = Objects.requireNonNull(policy, "retries");
        return this;
    }

    /** A client of yours, for a proxy or a TLS setting; it stays yours to close. */
    public OpenAiProviderBuilder httpClient(HttpClient yours) {
        httpClient = Objects.requireNonNull(yours, "httpClient");
        return this;
    }

    /** A transport that several providers share; it stays yours to close, and its retries hold. */
    public OpenAiProviderBuilder transport(HttpTransport shared) {
        transport = Objects.requireNonNull(shared, "transport");
        return this;
    }

    /** Lets TLS connections use HTTP/2. Default false; see {@link HttpTransport}. */
    public OpenAiProviderBuilder http2(boolean allowed) {
        http2 = allowed;
        return this;
    }

    /**
     * What one event of a stream may measure, in bytes, and all arguments of tool calls in one answer together, in characters;
     * default 16 MiB.
     */
    public OpenAiProviderBuilder maxEventBytes(int bytes) {
        maxEventBytes = bytes;
        return this;
    }

    /** What a whole answer may measure, in bytes, or in characters if the server sends it as a stream; default 64 MiB. */
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
     * The provider.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} that names the wrong setting
     */
    public OpenAiProvider build() {
        if (transport != null && (httpClient != null || retries != null || http2)) {
            throw new LlmException(
                    Kind.CONFIGURATION, "transport: brings its own client and retries; set those on it instead.");
        }
        if (maxEventBytes < 1 || maxResponseBytes < 1) {
            throw new LlmException(Kind.CONFIGURATION, "max_event_bytes, max_response_bytes: must be at least 1.");
        }
        ServerProfile server = profile;
        if (server == null) {
            server = ServerProfile.forBaseUrl(addressOf(baseUrl));
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
        Endpoint endpoint = Endpoint.of(baseUrl, apiPath, apiVersion, server);
        HttpTransport shared = transport;
        return new OpenAiProvider(
                new ServerContext(
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
                shared == null ? ownTransport() : shared,
                shared == null);
    }

    private HttpTransport ownTransport() {
        HttpTransport.Builder own = HttpTransport.builder()
                .retries(retries == null ? RetryPolicy.defaults() : retries)
                .connectTimeout(timeouts.connect())
                .http2(http2);
        if (httpClient != null) {
            own.httpClient(httpClient);
        }
        return own.build();
    }

    /** For the profile alone; whether it is an address at all is the endpoint's to say. */
    private static URI addressOf(String text) {
        try {
            return URI.create(text.trim());
        } catch (IllegalArgumentException e) {
            return URI.create("");
        }
    }
}
