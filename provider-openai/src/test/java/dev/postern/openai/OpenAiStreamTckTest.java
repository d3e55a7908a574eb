package dev.postern.openai;

import dev.postern.CompletionRequest;
import dev.postern.StreamEvent;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.ScriptedServer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The provider's stream obeys the Reactive Streams specification. */
@Test(groups = "full")
public class OpenAiStreamTckTest extends FlowPublisherVerification<StreamEvent> {
    private static final int MAX_EVENTS = 1000;

    private ScriptedServer server;
    private OpenAiProvider llm;

    public OpenAiStreamTckTest() {
        super(new TestEnvironment(1000, 200), 500);
    }

    @BeforeClass
    void start() throws Exception {
        // The request names the number of events as its model; the last of them is the message stop.
        server = new ScriptedServer(exchange -> {
            String body = new String(exchange.request().body(), StandardCharsets.UTF_8);
            int events = Integer.parseInt(body.replaceFirst("(?s).*\"model\":\"(\\d+)\".*", "$1"));
            exchange.answer(200, "text/event-stream", ChatSamples.stream(events - 1));
        });
        llm = OpenAiProvider.builder()
                .baseUrl(server.uri().toString())
                .retries(RetryPolicy.none())
                .build();
    }

    @AfterClass
    void stop() {
        llm.close();
        server.close();
    }

    @Override
    public Flow.Publisher<StreamEvent> createFlowPublisher(long elements) {
        return llm.stream(CompletionRequest.builder()
                .model(Long.toString(elements))
                .user("Hello")
                .build());
    }

    /** A stream from an address on which no server listens. */
    @Override
    public Flow.Publisher<StreamEvent> createFailedFlowPublisher() {
        return OpenAiProvider.builder().baseUrl("http://127.0.0.1:1").retries(RetryPolicy.none()).build().stream(
                CompletionRequest.of("Hello"));
    }

    @Override
    public long maxElementsFromPublisher() {
        return MAX_EVENTS;
    }
}
