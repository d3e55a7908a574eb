package dev.postern.langchain4j;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.testkit.FakeLlm;
import java.util.Collections;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** The rules of Reactive Streams, for the publisher of a streaming model. */
@Test(groups = "full")
public class EventPublisherTckTest extends FlowPublisherVerification<ChatModelStreamingEvent> {
    public EventPublisherTckTest() {
        super(new TestEnvironment(1000, 50));
    }

    @Override
    public Flow.Publisher<ChatModelStreamingEvent> createFlowPublisher(long elements) {
        int pieces = (int) Math.max(0, elements - 1); // and the whole answer
        return publisher(FakeLlm.answering(Collections.nCopies(pieces, "a").toArray(String[]::new))
                .repeatLast());
    }

    @Override
    public Flow.Publisher<ChatModelStreamingEvent> createFailedFlowPublisher() {
        return publisher(FakeLlm.failing(LlmException.Kind.SERVER).repeatLast());
    }

    private static Flow.Publisher<ChatModelStreamingEvent> publisher(LlmProvider llm) {
        return PosternStreamingChatModel.of(llm)
                .doChat(ChatRequest.builder().messages(UserMessage.from("Hi")).build());
    }

    @Test
    @Override
    public void optional_spec105_emptyStreamMustTerminateBySignallingOnComplete() {
        throw new SkipException("a stream has at least its whole answer");
    }

    /** The answer stands in memory as a whole. */
    @Override
    public long maxElementsFromPublisher() {
        return 10_000;
    }
}
