package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.http.HttpTransport;
import dev.postern.http.RetryPolicy;
import dev.postern.http.WholeBody;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects the settings of a {@link BedrockProvider}. Not thread-safe. */
public final class BedrockProviderBuilder {
    static final int DEFAULT_MAX_FRAME_BYTES = 24 << 20; // AWS's own bound on a payload
    /** AWS asks for a second of patience after throttling, and for up to twenty when it goes on. */
    static final RetryPolicy RETRIES = RetryPolicy.defaults().withDelays(Duration.ofSeconds(1), Duration.ofSeconds(20));

    private String name = "bedrock";
    private String region = "";
    private String endpoint = "";
    private String profile = "";
    private String defaultModel = "";
    private @Nullable Supplier<String> apiKey;
    private @Nullable AwsCredentialsSource credentials;
    private String guardrailId = "";
    private String guardrailVersion = "DRAFT";
    private boolean guardrailReplaceable;
    private final Set<CachePoint> cache = EnumSet.noneOf(CachePoint.class);
    private @Nullable ModelFamily family;
    private Timeouts timeouts = Timeouts.defaults();
    private @Nullable RetryPolicy retries;
    private @Nullable HttpClient httpClient;
    private @Nullable HttpTransport transport;
    private int maxFrameBytes = DEFAULT_MAX_FRAME_BYTES;
    private int maxResponseBytes = WholeBody.DEFAULT_MAX_BYTES;
    private @Nullable Surroundings surroundings;

    BedrockProviderBuilder() {}

    /** Names the backend in errors, logs and routes. Default {@code bedrock}. */
    public BedrockProviderBuilder name(String backend) {
        name = Objects.requireNonNull(backend, "name");
        return this;
    }

    /** The region; default that of {@code AWS_REGION}, else of the profile, else {@code us-east-1}. */
    public BedrockProviderBuilder region(String awsRegion) {
        region = Objects.requireNonNull(awsRegion, "region");
        return this;
    }

    /** An address in place of AWS's own, for a VPC endpoint, a gateway or a test server. */
    public BedrockProviderBuilder endpoint(String address) {
        endpoint = Objects.requireNonNull(address, "endpoint");
        return this;
    }

    /** The profile of the AWS files; default {@code AWS_PROFILE}, else {@code default}. */
    public BedrockProviderBuilder profile(String awsProfile) {
        profile = Objects.requireNonNull(awsProfile, "profile");
        return this;
    }

    /** The id of a model or inference profile, or an ARN, for requests that name none. */
    public BedrockProviderBuilder defaultModel(String modelId) {
        defaultModel = Objects.requireNonNull(modelId, "defaultModel");
        return this;
    }

    /** Credentials that do not change. */
    public BedrockProviderBuilder credentials(AwsCredentials fixed) {
        return credentials(AwsCredentialsSource.of(fixed));
    }

    /** Where to get credentials; asked before each attempt. If it throws, the call fails with {@link Kind#AUTHENTICATION}. */
    public BedrockProviderBuilder credentials(AwsCredentialsSource source) {
        credentials = Objects.requireNonNull(source, "credentials");
        return this;
    }

    /** A Bedrock API key, in place of credentials; default {@code AWS_BEARER_TOKEN_BEDROCK}. */
    public BedrockProviderBuilder apiKey(String key) {
        Objects.requireNonNull(key, "apiKey");
        return apiKey(() -> key);
    }

    /** Where to get a Bedrock API key; asked before each attempt. If it throws, the call fails with {@link Kind#AUTHENTICATION}. */
    public BedrockProviderBuilder apiKey(Supplier<String> source) {
        apiKey = Objects.requireNonNull(source, "apiKey");
        return this;
    }

    /**
     * A guardrail for every request: its identifier or ARN, and its version or {@code DRAFT}. A request can neither replace
     * nor loosen it, unless {@link #guardrailReplaceable} allows it.
     */
    public BedrockProviderBuilder guardrail(String identifier, String version) {
        guardrailId = Objects.requireNonNull(identifier, "identifier");
        guardrailVersion = Objects.requireNonNull(version, "version");
        return this;
    }

    /**
     * Whether a request may bring another guardrail in place of the one that is set here, as {@code guardrailConfig} in its
     * {@code extra}; default false. Such a request is otherwise refused.
     */
    public BedrockProviderBuilder guardrailReplaceable(boolean allowed) {
        guardrailReplaceable = allowed;
        return this;
    }

    /** Up to where prompts may be cached; default nowhere. */
    public BedrockProviderBuilder cache(CachePoint... points) {
        cache.clear();
        cache.addAll(Set.of(points));
        return this;
    }

    /** What the models want; default by their ids, which an application inference profile hides. */
    public BedrockProviderBuilder family(ModelFamily models) {
        family = Objects.requireNonNull(models, "family");
        return this;
    }

    /** How long to wait; default {@link Timeouts#defaults()}. */
    public BedrockProviderBuilder timeouts(Timeouts limits) {
        timeouts = Objects.requireNonNull(limits, "timeouts");
        return this;
    }

    /** How often to try; default three times with up to 1 s, then 2 s in between. */
    public BedrockProviderBuilder retries(RetryPolicy policy) {
        retries = Objects.requireNonNull(policy, "retries");
        return this;
    }

    /** A client of yours, for a proxy or a TLS setting; it stays yours to close. */
    public BedrockProviderBuilder httpClient(HttpClient yours) {
        httpClient = Objects.requireNonNull(yours, "httpClient");
        return this;
    }

    /** A transport that several providers share; it stays yours to close, and its retries hold. */
    public BedrockProviderBuilder transport(HttpTransport shared) {
        transport = Objects.requireNonNull(shared, "transport");
        return this;
    }

    /** What one frame of a stream may measure; default 24 MiB. */
    public BedrockProviderBuilder maxFrameBytes(int bytes) {
        maxFrameBytes = bytes;
        return this;
    }

    /** What a whole answer may measure; default 64 MiB. */
    public BedrockProviderBuilder maxResponseBytes(int bytes) {
        maxResponseBytes = bytes;
        return this;
    }

    BedrockProviderBuilder surroundings(Surroundings here) {
        surroundings = here;
        return this;
    }

    /**
     * The provider. Looks for the region, but not yet for credentials.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} that names the wrong setting
     */
    public BedrockProvider build() {
        if (transport != null && (httpClient != null || retries != null)) {
            throw new LlmException(
                    Kind.CONFIGURATION, "transport: brings its own client and retries; set those on it instead.");
        }
        if (maxFrameBytes < 16 || maxResponseBytes < 1) {
            throw new LlmException(Kind.CONFIGURATION, "max_frame_bytes, max_response_bytes: are too small.");
        }
        Surroundings here = surroundings == null ? Surroundings.ofThisProcess(Clock.systemUTC()) : surroundings;
        AwsRegion where = AwsRegion.resolve(here, region, endpoint, profile);
        BedrockHosts.of(here, where.name(), endpoint); // a wrong address is said now, not with the first call
        BedrockAccess access = new BedrockAccess(here, where, endpoint, key(here), source(here, where));
        Backend backend = new Backend(
                name,
                access,
                new ConverseSettings(guardrailId, guardrailVersion, guardrailReplaceable, cache),
                family,
                defaultModel,
                timeouts,
                maxFrameBytes,
                maxResponseBytes);
        HttpTransport shared = transport;
        return new BedrockProvider(backend, shared == null ? ownTransport() : shared, shared == null);
    }

    /** Credentials that were set win over a key of the environment. */
    private @Nullable Supplier<String> key(Surroundings here) {
        if (apiKey != null || credentials != null) {
            return apiKey;
        }
        String ofEnvironment = here.variable("AWS_BEARER_TOKEN_BEDROCK");
        return ofEnvironment.isEmpty() ? null : () -> ofEnvironment;
    }

    private AwsCredentialsSource source(Surroundings here, AwsRegion where) {
        return credentials == null ? AwsCredentialsChain.defaultChain(here, profile, where.name()) : credentials;
    }

    private HttpTransport ownTransport() {
        HttpTransport.Builder own = HttpTransport.builder()
                .retries(retries == null ? RETRIES : retries)
                .connectTimeout(timeouts.connect());
        if (httpClient != null) {
            own.httpClient(httpClient);
        }
        return own.build();
    }
}
