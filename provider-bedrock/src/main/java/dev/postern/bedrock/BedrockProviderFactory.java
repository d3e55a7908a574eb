package dev.postern.bedrock;

import dev.postern.LlmProvider;
import dev.postern.Timeouts;
import dev.postern.http.WholeBody;
import dev.postern.spi.CallSettings;
import dev.postern.spi.ProviderContext;
import dev.postern.spi.ProviderFactory;
import dev.postern.spi.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Creates a {@link BedrockProvider} from a configuration file, for type {@code bedrock} and for the Python gateway's
 * {@code BedrockConverseProvider}.
 *
 * <pre>{@code
 * backend: bedrock
 * config:
 *   region: us-east-1                  # default: AWS_REGION, else the profile's
 *   default_model: "us.anthropic.claude-sonnet-4-20250514-v1:0"   # the default
 *   endpoint: https://…                # default: AWS's own
 *   profile: dev                       # of the AWS files
 *   api_key: ${BEDROCK_KEY}            # a Bedrock API key, or:
 *   access_key_id: ${KEY_ID}           # default: AWS's usual sources
 *   secret_access_key: ${SECRET_KEY}
 *   session_token: ${TOKEN:-}
 *   guardrail: {id: abc, version: 1}   # version: DRAFT by default; replaceable: false by default
 *   cache: [system, tools, messages]
 *   family: anthropic                  # default: derived from the model's id
 *   timeouts: {connect: 10s, response_start: 10m, idle: 5m, first_token: 10m, between_tokens: 5m, total: 0}
 *   timeout: 2m                        # the same as timeouts.total
 *   retries: 3                         # or {max_attempts, base_delay, max_delay, max_retry_after}
 *   max_frame_bytes: 24MiB
 *   max_response_bytes: 64MiB
 * }</pre>
 */
public final class BedrockProviderFactory implements ProviderFactory {
    /** The default of the Python gateway, so that its configuration files have the same meaning. */
    private static final String DEFAULT_MODEL = "us.anthropic.claude-sonnet-4-20250514-v1:0";

    /** For {@link java.util.ServiceLoader}. */
    public BedrockProviderFactory() {}

    @Override
    public String type() {
        return "bedrock";
    }

    @Override
    public Set<String> aliases() {
        return Set.of(
                "BedrockConverseProvider",
                "agentic_primitives_gateway.primitives.llm.bedrock.BedrockConverseProvider",
                "agentic_primitives_gateway.primitives.gateway.bedrock.BedrockConverseProvider");
    }

    @Override
    public LlmProvider create(String name, Settings settings, ProviderContext context) {
        BedrockProviderBuilder provider = BedrockProvider.builder()
                .name(name)
                .region(settings.text("region", ""))
                .endpoint(settings.text("endpoint", ""))
                .profile(settings.text("profile", ""))
                .defaultModel(settings.text("default_model", DEFAULT_MODEL))
                .cache(cachePoints(settings))
                .timeouts(CallSettings.timeouts(settings, Timeouts.defaults()))
                .maxFrameBytes(settings.size("max_frame_bytes", BedrockProviderBuilder.DEFAULT_MAX_FRAME_BYTES))
                .maxResponseBytes(settings.size("max_response_bytes", WholeBody.DEFAULT_MAX_BYTES));
        identify(provider, settings);
        Settings guardrail = settings.section("guardrail");
        if (settings.has("guardrail")) {
            provider.guardrail(guardrail.required("id"), guardrail.text("version", "DRAFT"))
                    .guardrailReplaceable(guardrail.bool("replaceable", false));
        }
        if (settings.has("family")) {
            String family = settings.oneOf("family", names(ModelFamily.values()), "");
            provider.family(ModelFamily.valueOf(family.toUpperCase(Locale.ROOT)));
        }
        CallSettings.retries(settings, BedrockProviderBuilder.RETRIES).ifPresent(provider::retries);
        CallSettings.sharedClient(settings, context).ifPresent(provider::httpClient);
        return provider.build();
    }

    private static void identify(BedrockProviderBuilder provider, Settings settings) {
        long keys = Stream.of("access_key_id", "secret_access_key", "session_token")
                .filter(settings::has) // each name must be looked up, since others are reported as unknown
                .count();
        if (settings.has("api_key")) {
            if (keys > 0) {
                throw settings.error("api_key", "is set together with other credentials; set only one of them");
            }
            provider.apiKey(settings.secret("api_key"));
        } else if (keys > 0) {
            provider.credentials(new AwsCredentials(
                    settings.required("access_key_id"),
                    settings.required("secret_access_key"),
                    settings.secret("session_token")));
        }
    }

    private static CachePoint[] cachePoints(Settings settings) {
        return settings.manyOf("cache", names(CachePoint.values())).stream()
                .distinct()
                .map(point -> CachePoint.valueOf(point.toUpperCase(Locale.ROOT)))
                .toArray(CachePoint[]::new);
    }

    private static List<String> names(Enum<?>[] constants) {
        return Arrays.stream(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
