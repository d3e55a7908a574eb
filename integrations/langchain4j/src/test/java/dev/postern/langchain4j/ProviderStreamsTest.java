package dev.postern.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ProviderData;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.StreamProbe;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A streaming model of LangChain4j as a provider. */
@Timeout(120)
class ProviderStreamsTest {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hi");

    private static StreamProbe probe(StreamingChatModel model) {
        return StreamProbe.of(LangChain4jProvider.of("b", model).stream(REQUEST));
    }

    @Test
    void eventsOfEachKind() {
        ToolExecutionRequest call = ToolExecutionRequest.builder()
                .id("c1")
                .name("weather")
                .arguments("{\"city\": \"Paris\"}")
                .build();
        ScriptedModel model = new ScriptedModel(
                new PartialThinking("Hm."),
                new PartialResponse("I look."),
                piece(0, "c1", "{\"city\":"),
                piece(0, "c1", " \"Paris\"}"),
                new CompleteToolCall(0, call),
                ChatResponse.builder()
                        .aiMessage(AiMessage.builder()
                                .thinking("Hm.")
                                .text("I look.")
                                .toolExecutionRequests(List.of(call))
                                .attributes(Map.of("signature", "s", "object", new Object()))
                                .build())
                        .modelName("m")
                        .finishReason(FinishReason.TOOL_EXECUTION)
                        .tokenUsage(new TokenUsage(10, 5))
                        .build());

        List<StreamEvent> events = probe(model).request(Long.MAX_VALUE).events();

        assertThat(events)
                .containsExactly(
                        StreamEvent.ReasoningDelta.of("Hm."),
                        new StreamEvent.ContentDelta("I look."),
                        new StreamEvent.ToolCallStart("c1", "weather"),
                        new StreamEvent.ToolCallDelta("c1", "{\"city\":"),
                        new StreamEvent.ToolCallDelta("c1", " \"Paris\"}"),
                        new StreamEvent.ToolCallComplete(ToolCall.of("c1", "weather", Map.of("city", "Paris"))),
                        new StreamEvent.ReasoningDelta(
                                "", "", "", new ProviderData("langchain4j:b", Map.of("signature", "s"))),
                        new StreamEvent.MessageStop(
                                StopReason.TOOL_USE, "m", Map.of("finish_reason", "tool_execution")),
                        new StreamEvent.UsageReported(Usage.of(10, 5)));
    }

    private static PartialToolCall piece(int index, String id, String arguments) {
        return PartialToolCall.builder()
                .index(index)
                .id(id)
                .name("weather")
                .partialArguments(arguments)
                .build();
    }

    @Test
    void whatAModelDoesNotStreamComesAtTheEnd() {
        ToolExecutionRequest call = ToolExecutionRequest.builder()
                .id("c1")
                .name("weather")
                .arguments("{}")
                .build();

        probe(new ScriptedModel(ChatResponse.builder()
                        .aiMessage(AiMessage.from("Hello", List.of(call)))
                        .build()))
                .request(Long.MAX_VALUE)
                .expectText("Hello")
                .expectToolCall("weather", Map.of())
                .expectStop(StopReason.TOOL_USE)
                .expectEnd();
    }

    @Test
    void aCallThatIsCutOffIsMalformed() {
        ToolCall call = probe(new ScriptedModel(
                        piece(0, "c1", "{\"ci"),
                        ChatResponse.builder()
                                .aiMessage(AiMessage.builder().build())
                                .finishReason(FinishReason.LENGTH)
                                .build()))
                .request(Long.MAX_VALUE)
                .nextToolCall();

        assertThat(call).isEqualTo(ToolCall.malformed("c1", "weather", "{\"ci"));
    }

    @Test
    void aFailureComesAfterTheEventsBeforeIt() {
        LlmException failure = probe(new ScriptedModel(new PartialResponse("a"), new InternalServerException("broken")))
                .request(Long.MAX_VALUE)
                .expectText("a")
                .expectFailure(Kind.SERVER);

        assertThat(failure).hasMessageContaining("broken");
    }

    @Test
    void whatAModelThrowsIsAFailure() {
        Runnable broken = () -> {
            throw new IllegalStateException("broken");
        };

        probe(new ScriptedModel(broken)).request(1).expectFailure(Kind.SERVER);
    }

    @Test
    void aModelThatIsTooFastForItsReaderFails() throws Exception {
        Object[] script = new Object[200];
        for (int i = 0; i < script.length; i++) {
            script[i] = new PartialResponse("a");
        }
        ScriptedModel model = new ScriptedModel(script);
        LangChain4jProvider provider = LangChain4jProvider.builder("b")
                .streamingChatModel(model)
                .maxBufferedEvents(100)
                .build();

        StreamProbe probe = StreamProbe.of(provider.stream(REQUEST)).request(1).expectText("a");
        assertThat(model.cancelled.await(30, TimeUnit.SECONDS)).isTrue();

        // the first one was in the buffer, or went past it
        assertThat(probe.events()).hasSizeBetween(100, 101).containsOnly(new StreamEvent.ContentDelta("a"));
        LlmException failure = probe.expectFailure(Kind.OVERLOADED);
        assertThat(failure).hasMessageContaining("more than 100 events");
        assertThat(failure.retryable()).isFalse();
    }

    @Test
    void aCancelReachesTheHandle() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        Runnable pause = () -> {
            begun.countDown();
            awaited(cancelled);
        };
        ScriptedModel model = new ScriptedModel(pause, new PartialResponse("a"), new PartialResponse("b"));
        StreamProbe probe = probe(model).request(Long.MAX_VALUE);
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

        probe.cancel(); // before the first event, which brings the handle
        cancelled.countDown();

        assertThat(model.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(probe.eventsSoFar()).isEmpty();
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // the call is cancelled, which is what the test waits for
        }
    }

    @Test
    void closeEndsAStream() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Runnable pause = () -> {
            begun.countDown();
            awaited(new CountDownLatch(1));
        };
        LangChain4jProvider provider = LangChain4jProvider.of("b", new ScriptedModel(pause));
        StreamProbe probe = StreamProbe.of(provider.stream(REQUEST)).request(1);
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

        provider.close();

        probe.expectFailure(Kind.CANCELLED);
    }

    @Test
    void thePublisherOfAModelGetsTheDemand() {
        FakeLlm llm = FakeLlm.answering("a", "b", "c");
        StreamProbe probe = probe(PosternStreamingChatModel.of(llm));

        probe.request(1).expectText("a");
        probe.request(2).expectText("b").expectText("c");
        assertThat(probe.eventsSoFar()).hasSize(3);
        probe.request(2).expectStop(StopReason.END_TURN).expectEnd();
    }

    @Test
    void aCancelReachesThePublisher() {
        FakeLlm llm = FakeLlm.answering("a", "b").hangAfter(1);
        StreamProbe probe = probe(PosternStreamingChatModel.of(llm)).request(2).expectText("a");

        probe.cancel();

        llm.awaitCancelled(1);
    }

    @Test
    void aPublisherThatEndsEarlyFails() {
        probe(new PublishingModel(subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                    @Override
                    public void request(long n) {
                        subscriber.onComplete();
                    }

                    @Override
                    public void cancel() {}
                })))
                .request(1)
                .expectFailure(Kind.INCOMPLETE_STREAM);
    }

    /** Has a publisher, and nothing else. */
    private record PublishingModel(Flow.Publisher<ChatModelStreamingEvent> publisher) implements StreamingChatModel {
        @Override
        public Flow.Publisher<ChatModelStreamingEvent> doChat(ChatRequest request) {
            return publisher;
        }
    }

    /** It has the method, and only the model behind it knows that it cannot. */
    private record Wrapper(StreamingChatModel model) implements StreamingChatModel {
        @Override
        public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
            model.doChat(request, handler);
        }

        @Override
        public Flow.Publisher<ChatModelStreamingEvent> doChat(ChatRequest request) {
            return model.doChat(request);
        }
    }

    @Test
    void aModelWithoutAPublisherBehindAWrapperGetsAHandler() {
        probe(new Wrapper(new ScriptedModel(new PartialResponse("a"), ScriptedModel.answer("a"))))
                .request(Long.MAX_VALUE)
                .expectText("a")
                .expectStop(StopReason.OTHER)
                .expectEnd();
    }

    @Test
    void manyEventsToAReaderThatKeepsUp() {
        CountDownLatch asked = new CountDownLatch(1);
        Object[] script = Collections.nCopies(20_002, new PartialResponse("a")).toArray();
        script[0] = (Runnable) () -> awaited(asked);
        script[20_001] = ScriptedModel.answer("");

        StreamProbe probe = probe(new ScriptedModel(script)).request(Long.MAX_VALUE);
        asked.countDown();

        assertThat(probe.text()).hasSize(20_000);
    }
}
