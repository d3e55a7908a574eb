package dev.postern.spring.boot;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.spi.ProviderContext;
import dev.postern.spi.ProviderFactory;
import dev.postern.spi.Settings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider of an application, which counts how often it is closed. */
public final class CountingFactory implements ProviderFactory {
    static final AtomicInteger CLOSED = new AtomicInteger();

    @Override
    public String type() {
        return "counting";
    }

    @Override
    public LlmProvider create(String name, Settings settings, ProviderContext context) {
        return new LlmProvider() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                return CompletableFuture.completedFuture(
                        CompletionResponse.builder().content("counted").build());
            }

            @Override
            public CompletableFuture<List<ModelInfo>> listModelsAsync() {
                return CompletableFuture.completedFuture(List.of(new ModelInfo("counting", name, List.of())));
            }

            @Override
            public void close() {
                CLOSED.incrementAndGet();
            }
        };
    }
}
