package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.testkit.ScriptedServer;
import java.net.URI;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/** The rules of Reactive Streams, for {@link HttpTransport#stream} over a real connection. */
public class TransportTckTest extends FlowPublisherVerification<String> {
    private ScriptedServer server;
    private HttpTransport transport;

    public TransportTckTest() {
        super(new TestEnvironment(1000, 100), 500);
    }

    @BeforeClass
    void start() {
        // The path is the number of items; the last of them comes from the end mark.
        server = new ScriptedServer(exchange -> {
            int items = Integer.parseInt(exchange.request().target().substring(1));
            exchange.beginChunked(200, "text/plain");
            for (int i = 1; i < items; i++) {
                exchange.chunk(i % 7 == 0 ? "# a comment\n" + i + "\n" : i + "\n");
            }
            exchange.chunk("DONE\n").lastChunk();
        });
        transport = HttpTransport.builder().retries(RetryPolicy.none()).build();
    }

    @AfterClass
    void stop() {
        transport.close();
        server.close();
    }

    @Override
    public Flow.Publisher<String> createFlowPublisher(long elements) {
        LineCall call = new LineCall(server.uri().resolve("/" + elements));
        return transport.stream(
                elements > 0 ? call : call.decoder(head -> new WholeBody<>(head, 100, (reply, out) -> {})));
    }

    @Override
    public Flow.Publisher<String> createFailedFlowPublisher() {
        return transport.stream(new LineCall(URI.create("http://127.0.0.1:1")) {
            @Override
            public HttpCall call() {
                throw new LlmException(Kind.CONFIGURATION, "no key");
            }
        });
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1000;
    }
}
