package dev.postern.springai;

import dev.postern.CompletionRequest;
import dev.postern.StreamEvent;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.Test;
import reactor.core.publisher.Flux;

/** The rules of Reactive Streams, for the stream of a {@link ChatModelProvider}. */
@Test(groups = "full")
public class ChatModelProviderTckTest extends FlowPublisherVerification<StreamEvent> {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hi");

    public ChatModelProviderTckTest() {
        super(new TestEnvironment(1000, 50), 500);
    }

    /** The last event is the end of the answer, which every answer has. */
    @Override
    public Flow.Publisher<StreamEvent> createFlowPublisher(long elements) {
        return stream(Flux.range(1, Math.max(0, (int) elements - 1))
                .map(number -> FakeChatModel.text("a"))
                .startWith(FakeChatModel.text("")));
    }

    @Override
    public Flow.Publisher<StreamEvent> createFailedFlowPublisher() {
        return stream(Flux.error(new IllegalStateException("down")));
    }

    private static Flow.Publisher<StreamEvent> stream(Flux<org.springframework.ai.chat.model.ChatResponse> answer) {
        return ChatModelProvider.of("spring", new FakeChatModel(answer)).stream(REQUEST);
    }

    @Override
    public long maxElementsFromPublisher() {
        return 10_000;
    }
}
