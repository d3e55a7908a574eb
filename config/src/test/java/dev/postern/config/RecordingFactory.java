package dev.postern.config;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.http.RetryPolicy;
import dev.postern.spi.CallSettings;
import dev.postern.spi.ProviderContext;
import dev.postern.spi.ProviderFactory;
import dev.postern.spi.Settings;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Creates providers that record their settings and answer with the requested model. */
public final class RecordingFactory implements ProviderFactory {
    /** All providers that were created since the list was cleared, in order. */
    static final List<Recorded> MADE = new CopyOnWriteArrayList<>();

    @Override
    public String type() {
        return "recording";
    }

    @Override
    public Set<String> aliases() {
        return Set.of("taped");
    }

    @Override
    public LlmProvider create(String name, Settings settings, ProviderContext context) {
        settings.text("default_model", "");
        settings.secret("api_key");
        settings.text("text", "");
        if (settings.bool("fails", false)) {
            throw new IllegalStateException("the key " + settings.secret("api_key") + " is refused");
        }
        Recorded made = new Recorded(
                name,
                settings.text("text", "none"),
                settings.secret("api_key"),
                settings.integer("count", 0, 0),
                settings.textMap("headers"),
                CallSettings.retries(settings, RetryPolicy.defaults()).orElse(RetryPolicy.none()),
                settings.bool("http", false) ? context.httpClient() : null,
                context);
        MADE.add(made);
        return made;
    }

    /** A provider that records its settings. */
    static final class Recorded implements LlmProvider {
        final String name;
        final String text;
        final String key;
        final int count;
        final Map<String, String> headers;
        final RetryPolicy retries;
        final HttpClient client;
        final ProviderContext context;
        volatile boolean closed;
        /** Thrown by {@link #close}, if set. */
        volatile Error closeError;

        private volatile CompletionRequest last;

        Recorded(
                String name,
                String text,
                String key,
                int count,
                Map<String, String> headers,
                RetryPolicy retries,
                HttpClient client,
                ProviderContext context) {
            this.name = name;
            this.text = text;
            this.key = key;
            this.count = count;
            this.headers = headers;
            this.retries = retries;
            this.client = client;
            this.context = context;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            last = request;
            return CompletableFuture.completedFuture(CompletionResponse.builder()
                    .model(request.model())
                    .content(name + " says " + text)
                    .build());
        }

        CompletionRequest last() {
            return last;
        }

        @Override
        public void close() {
            closed = true;
            if (closeError != null) {
                throw closeError;
            }
        }
    }
}
