package dev.postern.langchain4j;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.postern.CompletionRequest;
import dev.postern.StreamEvent;
import java.util.Collections;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** The rules of Reactive Streams, for the stream of a model that has no publisher. */
@Test(groups = "full")
public class ProviderTckTest extends FlowPublisherVerification<StreamEvent> {
    public ProviderTckTest() {
        super(new TestEnvironment(1000, 50));
    }

    @Override
    public Flow.Publisher<StreamEvent> createFlowPublisher(long elements) {
        int pieces = (int) Math.max(0, elements - 1); // and a message stop
        Object[] script = new Object[pieces + 1];
        Collections.nCopies(pieces, new PartialResponse("a")).toArray(script);
        script[pieces] = ScriptedModel.answer("");
        return LangChain4jProvider.of("b", new ScriptedModel(script)).stream(CompletionRequest.of("Hi"));
    }

    @Override
    public Flow.Publisher<StreamEvent> createFailedFlowPublisher() {
        return LangChain4jProvider.of("b", new ScriptedModel(new InternalServerException("broken"))).stream(
                CompletionRequest.of("Hi"));
    }

    @Test
    @Override
    public void optional_spec105_emptyStreamMustTerminateBySignallingOnComplete() {
        throw new SkipException("a stream has at least its message stop");
    }

    @Override
    public long maxElementsFromPublisher() {
        return 5_000;
    }
}
