package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.call.Instrumentation;
import dev.postern.http.HttpTransport;
import dev.postern.http.RetryPolicy;
import dev.postern.http.WholeBody;
import dev.postern.http.WireLog;
import dev.postern.http.WireRecorder;
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
    static final int DEFAULT_MAX_FRAME_BYTES = 24 << 20; // AWS's own limit of a payload
    /** AWS recommends a delay of one second after throttling, and of up to 20 seconds if throttling continues. */
    static final RetryPolicy RETRIES = RetryPolicy.defaults().withDelays(Duration.ofSeconds(1), Duration.ofSeconds(20));

    private String name = "bedrock";
    private Instrumentation instrumentation = Instrumentation.NONE;
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
    private @Nullable WireLog wireLog;
    private @Nullable WireRecorder recorder;
    private int maxFrameBytes = DEFAULT_MAX_FRAME_BYTES;
    private int maxResponseBytes = WholeBody.DEFAULT_MAX_BYTES;
    private @Nullable AwsEnvironment awsEnvironment;

    BedrockProviderBuilder() {}

    /**
     * Adds listeners and interceptors for the calls of this provider, inside of those that were added before. Default: none.
     */
    public BedrockProviderBuilder instrumentation(Instrumentation with) {
        instrumentation = instrumentation.plus(with);
        return this;
    }

    /** The name of the backend in errors, logs and routes; default {@code bedrock}. */
    public BedrockProviderBuilder name(String backend) {
        name = Objects.requireNonNull(backend, "name");
        return this;
    }

    /**
     * The region. The default is the first of: the region in the endpoint, {@code AWS_REGION}, {@code
     * AWS_DEFAULT_REGION}, the system property {@code aws.region}, the region of the profile, {@code us-east-1}.
     */
    public BedrockProviderBuilder region(String awsRegion) {
        region = Objects.requireNonNull(awsRegion, "region");
        return this;
    }

    /** The address to use instead of AWS's own: a VPC endpoint, a gateway or a test server. */
    public BedrockProviderBuilder endpoint(String address) {
        endpoint = Objects.requireNonNull(address, "endpoint");
        return this;
    }

    /** The profile of the AWS files; default {@code AWS_PROFILE}, else {@code default}. */
    public BedrockProviderBuilder profile(String awsProfile) {
        profile = Objects.requireNonNull(awsProfile, "profile");
        return this;
    }

    /** The model of requests that name none: the id or ARN of a model or of an inference profile. */
    public BedrockProviderBuilder defaultModel(String modelId) {
        defaultModel = Objects.requireNonNull(modelId, "defaultModel");
        return this;
    }

    /** Fixed credentials. */
    public BedrockProviderBuilder credentials(AwsCredentials fixed) {
        return credentials(AwsCredentialsSource.of(fixed));
    }

    /**
     * The source of credentials, called before each attempt. If it throws an exception other than {@link LlmException},
     * the call fails with {@link Kind#AUTHENTICATION}.
     */
    public BedrockProviderBuilder credentials(AwsCredentialsSource source) {
        credentials = Objects.requireNonNull(source, "credentials");
        return this;
    }

    /** A Bedrock API key, used instead of credentials; default {@code AWS_BEARER_TOKEN_BEDROCK}. */
    public BedrockProviderBuilder apiKey(String key) {
        Objects.requireNonNull(key, "apiKey");
        return apiKey(() -> key);
    }

    /**
     * The source of a Bedrock API key, called before each attempt. If it throws an exception other than {@link
     * LlmException}, the call fails with {@link Kind#AUTHENTICATION}.
     */
    public BedrockProviderBuilder apiKey(Supplier<String> source) {
        apiKey = Objects.requireNonNull(source, "apiKey");
        return this;
    }

    /**
     * The guardrail of every request. A request can neither replace nor weaken it, unless {@link #guardrailReplaceable}
     * allows it.
     *
     * @param identifier the identifier or ARN of the guardrail
     * @param version its version, or {@code DRAFT}
     */
    public BedrockProviderBuilder guardrail(String identifier, String version) {
        guardrailId = Objects.requireNonNull(identifier, "identifier");
        guardrailVersion = Objects.requireNonNull(version, "version");
        return this;
    }

    /**
     * Whether a request may replace the guardrail of this builder with {@code guardrailConfig} in its {@code extra};
     * default false. Without this permission, such a request fails.
     */
    public BedrockProviderBuilder guardrailReplaceable(boolean allowed) {
        guardrailReplaceable = allowed;
        return this;
    }

    /** The parts of a prompt after which a cache point is set; default none. */
    public BedrockProviderBuilder cache(CachePoint... points) {
        cache.clear();
        cache.addAll(Set.of(points));
        return this;
    }

    /**
     * The family of all models; by default it is derived from the id of each model. Set it for an application inference
     * profile, whose ARN does not show the family.
     */
    public BedrockProviderBuilder family(ModelFamily models) {
        family = Objects.requireNonNull(models, "family");
        return this;
    }

    /** The timeouts of requests that have none; default {@link Timeouts#defaults()}. */
    public BedrockProviderBuilder timeouts(Timeouts limits) {
        timeouts = Objects.requireNonNull(limits, "timeouts");
        return this;
    }

    /** The retries; by default three attempts, with delays of at most 1 s, then 2 s. */
    public BedrockProviderBuilder retries(RetryPolicy policy) {
        retries = Objects.requireNonNull(policy, "retries");
        return this;
    }

    /** Your own client, for a proxy or TLS settings. The caller closes it. */
    public BedrockProviderBuilder httpClient(HttpClient client) {
        httpClient = Objects.requireNonNull(client, "httpClient");
        return this;
    }

    /** A transport that several providers share. Its retries apply. The caller closes it. */
    public BedrockProviderBuilder transport(HttpTransport shared) {
        transport = Objects.requireNonNull(shared, "transport");
        return this;
    }

    /**
     * What is logged of each HTTP exchange; default what the system property {@code dev.postern.wire} says, else nothing; see {@link
     * WireLog}. A shared {@link #transport} has its own.
     */
    public BedrockProviderBuilder wireLog(WireLog wanted) {
        wireLog = Objects.requireNonNull(wanted, "wireLog");
        return this;
    }

    /**
     * Shows each HTTP exchange to this recorder, which records it if it is running; default none. A shared {@link #transport} has its
     * own.
     */
    public BedrockProviderBuilder recorder(WireRecorder yours) {
        recorder = Objects.requireNonNull(yours, "recorder");
        return this;
    }

    /** The largest frame of a stream, in bytes; default 24 MiB. */
    public BedrockProviderBuilder maxFrameBytes(int bytes) {
        maxFrameBytes = bytes;
        return this;
    }

    /** The largest whole answer, in bytes, or in characters if it comes as a stream; default 64 MiB. */
    public BedrockProviderBuilder maxResponseBytes(int bytes) {
        maxResponseBytes = bytes;
        return this;
    }

    BedrockProviderBuilder awsEnvironment(AwsEnvironment environment) {
        awsEnvironment = environment;
        return this;
    }

    /**
     * Builds the provider. This determines the region. Credentials are looked up by the first call.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} that names the invalid setting
     */
    public BedrockProvider build() {
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
        if (maxFrameBytes < 16) {
            throw new LlmException(
                    Kind.CONFIGURATION, "max_frame_bytes: must be at least 16, but is " + maxFrameBytes + ".");
        }
        if (maxResponseBytes < 1) {
            throw new LlmException(
                    Kind.CONFIGURATION, "max_response_bytes: must be at least 1, but is " + maxResponseBytes + ".");
        }
        AwsEnvironment environment =
                awsEnvironment == null ? AwsEnvironment.ofThisProcess(Clock.systemUTC()) : awsEnvironment;
        AwsRegion where = AwsRegion.resolve(environment, region, endpoint, profile);
        BedrockBackend backend = new BedrockBackend(
                name,
                new BedrockAddresses(environment, where, endpoint),
                new BedrockAuthorizer(where, environment.clock(), key(environment), source(environment, where)),
                new ConverseSettings(guardrailId, guardrailVersion, guardrailReplaceable, cache),
                family,
                defaultModel,
                timeouts,
                maxFrameBytes,
                maxResponseBytes,
                environment.clock());
        HttpTransport shared = transport;
        return new BedrockProvider(backend, shared == null ? ownTransport() : shared, shared == null, instrumentation);
    }

    /** Credentials of the builder have precedence over an API key of the environment. */
    private @Nullable Supplier<String> key(AwsEnvironment environment) {
        if (apiKey != null || credentials != null) {
            return apiKey;
        }
        String ofEnvironment = environment.variable("AWS_BEARER_TOKEN_BEDROCK");
        return ofEnvironment.isEmpty() ? null : () -> ofEnvironment;
    }

    private AwsCredentialsSource source(AwsEnvironment environment, AwsRegion where) {
        return credentials == null ? AwsCredentialsChain.defaultChain(environment, profile, where.name()) : credentials;
    }

    private HttpTransport ownTransport() {
        HttpTransport.Builder own = HttpTransport.builder()
                .retries(retries == null ? RETRIES : retries)
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
