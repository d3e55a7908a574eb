package dev.postern.config;

import dev.postern.LlmProvider;
import dev.postern.Timeouts;
import dev.postern.client.GatewayClient;
import dev.postern.client.GatewayClientBuilder;
import dev.postern.http.RetryPolicy;
import dev.postern.http.SseDecoder;
import dev.postern.http.WholeBody;
import dev.postern.spi.CallSettings;
import dev.postern.spi.ProviderContext;
import dev.postern.spi.ProviderFactory;
import dev.postern.spi.Settings;

/** Creates a backend that is a gateway on another host. */
final class GatewayClientFactory implements ProviderFactory {
    @Override
    public String type() {
        return "gateway";
    }

    @Override
    public LlmProvider create(String name, Settings settings, ProviderContext context) {
        GatewayClientBuilder client = GatewayClient.builder()
                .name(name)
                .baseUrl(settings.required("base_url"))
                .backend(settings.text("backend", ""))
                .apiKey(settings.secret("api_key"))
                .timeouts(CallSettings.timeouts(settings, Timeouts.defaults()))
                .maxEventBytes(settings.size("max_event_bytes", SseDecoder.DEFAULT_MAX_EVENT_BYTES))
                .maxResponseBytes(settings.size("max_response_bytes", WholeBody.DEFAULT_MAX_BYTES));
        CallSettings.headers(settings).forEach(client::header);
        CallSettings.retries(settings, RetryPolicy.none()).ifPresent(client::retries);
        CallSettings.sharedClient(settings, context).ifPresent(client::httpClient);
        return client.build();
    }
}
