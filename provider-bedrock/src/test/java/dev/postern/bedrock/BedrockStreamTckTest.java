package dev.postern.bedrock;

import dev.postern.CompletionRequest;
import dev.postern.StreamEvent;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.ScriptedServer;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The provider's stream fulfils the Reactive Streams specification. */
@Test(groups = "full")
public class BedrockStreamTckTest extends FlowPublisherVerification<StreamEvent> {
    private static final int MAX_ELEMENTS = 1000;

    private ScriptedServer server;
    private BedrockProvider llm;

    public BedrockStreamTckTest() {
        super(new TestEnvironment(1000, 200), 500);
    }

    @BeforeClass
    void start() throws Exception {
        // The model of the request is the number of events. The last event is the message stop.
        server = new ScriptedServer(exchange -> {
            int events = Integer.parseInt(exchange.request().target().split("/")[2]);
            exchange.answer(200, Frames.TYPE, Frames.stream(events - 1));
        });
        llm = provider(server.uri().toString());
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

    /** A publisher that fails because no server listens at its address. */
    @Override
    public Flow.Publisher<StreamEvent> createFailedFlowPublisher() {
        return provider("http://127.0.0.1:1").stream(
                CompletionRequest.builder().model("1").user("Hello").build());
    }

    @Override
    public long maxElementsFromPublisher() {
        return MAX_ELEMENTS;
    }

    private static BedrockProvider provider(String address) {
        return BedrockProvider.builder()
                .region("us-east-1")
                .endpoint(address)
                .credentials(new AwsCredentials("AKIDEXAMPLE", "secret"))
                .retries(RetryPolicy.none())
                .build();
    }
}
