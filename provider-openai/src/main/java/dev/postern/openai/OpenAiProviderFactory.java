package dev.postern.openai;

import dev.postern.LlmProvider;
import dev.postern.Timeouts;
import dev.postern.http.RetryPolicy;
import dev.postern.http.SseDecoder;
import dev.postern.http.WholeBody;
import dev.postern.spi.CallSettings;
import dev.postern.spi.ProviderContext;
import dev.postern.spi.ProviderFactory;
import dev.postern.spi.Settings;
import java.util.Set;

/**
 * Creates an {@link OpenAiProvider} from a configuration file. The type is {@code openai}; the Python gateway's name
 * {@code OpenAICompatibleProvider} is accepted too.
 *
 * <pre>{@code
 * backend: openai
 * config:
 *   base_url: https://api.openai.com   # the default
 *   api_key: ${OPENAI_API_KEY}         # most local servers need none
 *   default_model: gpt-4o
 *   profile: openai                    # default: by the host of base_url
 *   organization: org-…
 *   project: proj_…
 *   api_version: 2024-10-21            # for Azure
 *   api_path: /api/paas                # between base_url and /chat/completions; / for none
 *   think_tags: false                  # whether <think> tags in the text are reasoning
 *   image_schemes: [https, data]       # schemes of image URLs that are sent; default by profile
 *   headers: {X-Tenant: blue}
 *   timeouts: {connect: 10s, response_start: 10m, idle: 5m, first_token: 10m, between_tokens: 5m, total: 0}
 *   timeout: 2m                        # the same as timeouts.total
 *   retries: 3                         # or {max_attempts, base_delay, max_delay, max_retry_after}
 *   http2: false
 *   max_event_bytes: 16MiB
 *   max_response_bytes: 64MiB
 * }</pre>
 */
public final class OpenAiProviderFactory implements ProviderFactory {
    /** For {@link java.util.ServiceLoader}. */
    public OpenAiProviderFactory() {}

    @Override
    public String type() {
        return "openai";
    }

    @Override
    public Set<String> aliases() {
        return Set.of(
                "openai_compatible",
                "OpenAICompatibleProvider",
                "agentic_primitives_gateway.primitives.llm.openai_compatible.OpenAICompatibleProvider",
                "agentic_primitives_gateway.primitives.gateway.openai_compatible.OpenAICompatibleProvider");
    }

    @Override
    public LlmProvider create(String name, Settings settings, ProviderContext context) {
        OpenAiProviderBuilder provider = OpenAiProvider.builder()
                .name(name)
                .defaultModel(settings.text("default_model", ""))
                .organization(settings.text("organization", ""))
                .project(settings.text("project", ""))
                .apiVersion(settings.text("api_version", ""))
                .timeouts(CallSettings.timeouts(settings, Timeouts.defaults()))
                .http2(settings.bool("http2", false))
                .maxEventBytes(settings.size("max_event_bytes", SseDecoder.DEFAULT_MAX_EVENT_BYTES))
                .maxResponseBytes(settings.size("max_response_bytes", WholeBody.DEFAULT_MAX_BYTES));
        if (settings.keys().contains("base_url")) { // with an empty base_url, the key must not go to OpenAI
            provider.baseUrl(settings.required("base_url"));
        } else {
            settings.has("base_url"); // so that the error for a misspelt key can suggest it
        }
        if (settings.has("api_path")) {
            provider.apiPath(settings.required("api_path"));
        }
        if (settings.has("api_key")) {
            provider.apiKey(settings.secret("api_key"));
        }
        if (settings.has("profile")) {
            provider.profile(ServerProfile.of(settings.oneOf("profile", BuiltInProfiles.names(), "")));
        }
        provider.thinkTags(settings.bool("think_tags", false));
        provider.imageSchemes(settings.texts("image_schemes"));
        CallSettings.headers(settings).forEach(provider::header);
        CallSettings.retries(settings, RetryPolicy.defaults()).ifPresent(provider::retries);
        CallSettings.sharedClient(settings, context).ifPresent(provider::httpClient);
        return provider.build();
    }
}
