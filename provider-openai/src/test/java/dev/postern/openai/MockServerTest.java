package dev.postern.openai;

import dev.postern.Timeouts;
import dev.postern.http.RetryPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.QueueDispatcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test with a server whose answers are scripted, and a provider without retries. */
abstract class MockServerTest {
    static final String KEY = "sk-SECRET-0123456789";

    final MockWebServer server = new MockWebServer();
    OpenAiProvider llm;

    @BeforeEach
    void start() throws IOException {
        QueueDispatcher scripted = new QueueDispatcher();
        scripted.setFailFast(true); // a request without a scripted answer gets a 404 at once
        server.setDispatcher(scripted);
        server.start();
    }

    @AfterEach
    void stop() {
        if (llm != null) {
            llm.close();
        }
        server.close();
    }

    /** A provider of the server, named {@code test}, with the default model {@code m} and these settings. */
    OpenAiProvider provider(UnaryOperator<OpenAiProviderBuilder> settings) {
        llm = settings.apply(OpenAiProvider.builder()
                        .name("test")
                        .baseUrl(server.url("/v1").toString())
                        .defaultModel("m")
                        .timeouts(timeouts())
                        .retries(retries()))
                .build();
        return llm;
    }

    Timeouts timeouts() {
        return Timeouts.defaults();
    }

    /** No retries; tests of retries override this. */
    RetryPolicy retries() {
        return RetryPolicy.none();
    }

    OpenAiProvider provider() {
        return provider(it -> it);
    }

    /** A whole answer with the text "Hi". */
    static MockResponse whole() {
        return reply(200, new String(ChatSamples.whole("Hi"), StandardCharsets.UTF_8));
    }

    /** A streamed answer of two deltas. */
    static MockResponse stream() {
        return stream(new String(ChatSamples.stream(2), StandardCharsets.UTF_8));
    }

    static MockResponse stream(String body) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(body)
                .build();
    }

    static MockResponse reply(int status, String body) {
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }
}
