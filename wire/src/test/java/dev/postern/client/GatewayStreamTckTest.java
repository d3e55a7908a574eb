package dev.postern.client;

import dev.postern.CompletionRequest;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.testkit.ScriptedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The Reactive Streams TCK over the stream of the client. */
@Test(groups = "full")
public class GatewayStreamTckTest extends FlowPublisherVerification<StreamEvent> {
    private ScriptedServer server;
    private GatewayClient llm;

    public GatewayStreamTckTest() {
        super(new TestEnvironment(1000, 200), 500);
    }

    @BeforeClass
    void start() {
        // the backend of the request is the number of events, the last of which is the message stop
        server = new ScriptedServer(exchange -> {
            List<StreamEvent> events = new ArrayList<>();
            for (int left = Integer.parseInt(exchange.request().header("X-Provider-LLM")); left > 1; left--) {
                events.add(new StreamEvent.ContentDelta("x" + left));
            }
            events.add(new StreamEvent.MessageStop(StopReason.END_TURN, "m", Map.of()));
            exchange.answer(200, "text/event-stream", Sse.of(events));
        });
        llm = GatewayClient.builder().baseUrl(server.uri().toString()).build();
    }

    @AfterClass
    void stop() {
        llm.close();
        server.close();
    }

    @Override
    public Flow.Publisher<StreamEvent> createFlowPublisher(long elements) {
        return llm.stream(CompletionRequest.builder()
                .backend(Long.toString(elements))
                .user("Hello")
                .build());
    }

    /** A client of an address at which nothing listens. */
    @Override
    public Flow.Publisher<StreamEvent> createFailedFlowPublisher() {
        return GatewayClient.builder().baseUrl("http://127.0.0.1:1").build().stream(CompletionRequest.of("Hello"));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1000;
    }
}
