package dev.postern.micrometer;

import dev.postern.LlmProvider;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.http.RetryPolicy;
import dev.postern.openai.OpenAiProvider;
import dev.postern.testkit.OpenCalls;
import dev.postern.testkit.WireServer;
import java.time.Duration;

/** Providers that are observed, and the wait for the end of their calls. */
final class Observed {
    private final OpenCalls calls = new OpenCalls();

    Instrumentation.Builder with(CallListener listener) {
        return Instrumentation.builder().listener(listener).listener(calls).binding(ObservationListener.binding());
    }

    LlmProvider provider(WireServer server, CallListener listener) {
        return provider(server, with(listener).build());
    }

    static LlmProvider provider(WireServer server, Instrumentation with) {
        return OpenAiProvider.builder()
                .baseUrl(server.url())
                .apiKey("sk-secret")
                .defaultModel("small")
                .retries(RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(2)))
                .instrumentation(with)
                .build();
    }

    void awaitEnds() {
        calls.awaitEnds();
    }
}
