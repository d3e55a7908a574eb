package dev.postern.agent;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.testkit.project.ScriptedModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for a run of two turns with a tool call, with memory and a time limit. */
@Test(groups = "full")
public class AgentTckTest extends FlowPublisherVerification<AgentEvent> {
    /** Started, ToolCallStart, ToolCallResult and Done. */
    private static final int OTHERS = 4;

    public AgentTckTest() {
        super(new TestEnvironment(1000, 50), 500);
    }

    private static Flow.Publisher<AgentEvent> run(CompletionResponse first, CompletionResponse second) {
        ScriptedModel model = ScriptedModel.by(request -> request.messages().stream()
                        .anyMatch(message -> !message.toolResults().isEmpty())
                ? second
                : first);
        return Agent.builder(model)
                .tool(TestTools.named("a"))
                .conversations(InMemoryConversations.create())
                .build()
                .stream(AgentInput.of("Go").withSession("s"));
    }

    @Override
    public Flow.Publisher<AgentEvent> createFlowPublisher(long elements) {
        int tokens = (int) elements - OTHERS;
        if (elements == 1) {
            return onlyDone(run(words(0), words(0)));
        }
        if (tokens < 0) { // then without tools, and finally without text
            return run(words(Math.max(0, (int) elements - 2)), words(0));
        }
        List<Content> first = new ArrayList<>(Collections.nCopies(tokens / 2, Content.text("a")));
        first.add(ScriptedModel.call("1", "a"));
        return run(CompletionResponse.builder().content(first).build(), words(tokens - tokens / 2));
    }

    /** No run has a single event, so the first events are left out. */
    private static Flow.Publisher<AgentEvent> onlyDone(Flow.Publisher<AgentEvent> run) {
        return subscriber -> run.subscribe(new Flow.Subscriber<>() {
            private Flow.Subscription subscription;

            @Override
            public void onSubscribe(Flow.Subscription opened) {
                subscription = opened;
                subscriber.onSubscribe(opened);
            }

            @Override
            public void onNext(AgentEvent event) {
                if (event instanceof AgentEvent.Started) {
                    subscription.request(1);
                } else {
                    subscriber.onNext(event);
                }
            }

            @Override
            public void onError(Throwable thrown) {
                subscriber.onError(thrown);
            }

            @Override
            public void onComplete() {
                subscriber.onComplete();
            }
        });
    }

    private static CompletionResponse words(int count) {
        return CompletionResponse.builder()
                .content(Collections.nCopies(count, Content.text("a")))
                .build();
    }

    /** Fails before its first event. */
    @Override
    public Flow.Publisher<AgentEvent> createFailedFlowPublisher() {
        return Agent.builder(ScriptedModel.of())
                .conversations(InMemoryConversations.create())
                .executor(Runnable::run)
                .build()
                .stream(AgentInput.of("Go").withSession("a session\nthat cannot be"));
    }

    @Test
    @Override
    public void optional_spec105_emptyStreamMustTerminateBySignallingOnComplete() {
        throw new SkipException("a run has a beginning and an end");
    }

    @Override
    public long maxElementsFromPublisher() {
        return 10_000;
    }
}
