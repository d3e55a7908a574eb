package dev.postern.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.WireServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** A streaming model with a handler. */
class HandlersTest {
    private final Recorder recorder = new Recorder();

    @Test
    void aHandlerThatThrowsIsToldAndGetsTheRest() {
        recorder.onText = (text, handle) -> {
            throw new IllegalStateException("at " + text);
        };

        PosternStreamingChatModel.of(FakeLlm.answering("a", "b")).chat("Hi", recorder);

        assertThat(recorder.errors).extracting(Throwable::getMessage).containsExactly("at a", "at b");
        assertThat(recorder.answer.join().aiMessage().text()).isEqualTo("ab");
    }

    @Test
    void anErrorOfAHandlerEndsTheStream() {
        AssertionError wrong = new AssertionError("wrong");
        recorder.onText = (text, handle) -> {
            throw wrong;
        };

        PosternStreamingChatModel.of(FakeLlm.answering("a", "b")).chat("Hi", recorder);

        assertThat(recorder.texts).containsExactly("a");
        assertThat(recorder.errors).containsExactly(wrong);
        assertThat(recorder.answer).isNotDone();
    }

    @Test
    void anErrorAtTheWholeAnswerIsReported() {
        AssertionError wrong = new AssertionError("wrong");
        recorder.onWhole = () -> {
            throw wrong;
        };

        PosternStreamingChatModel.of(FakeLlm.answering("a")).chat("Hi", recorder);

        assertThat(recorder.errors).containsExactly(wrong);
    }

    @Test
    void nothingFollowsACancel() {
        FakeLlm llm = FakeLlm.answering("a", "b", "c");
        recorder.onText = (text, handle) -> {
            assertThat(handle.isCancelled()).isFalse();
            handle.cancel();
            handle.cancel();
            assertThat(handle.isCancelled()).isTrue();
            throw new IllegalStateException("after the cancel");
        };

        PosternStreamingChatModel.of(llm).chat("Hi", recorder);

        llm.awaitCancelled(1);
        assertThat(recorder.texts).containsExactly("a");
        assertThat(recorder.errors).isEmpty();
        assertThat(recorder.answer).isNotDone();
    }

    @Test
    void aCancelFromAnotherThreadClosesTheExchange() throws Exception {
        CompletableFuture<StreamingHandle> given = new CompletableFuture<>();
        recorder.onText = (text, handle) -> given.complete(handle);
        try (WireServer server = WireServer.openai().answer("a", "b").hangAfter(1);
                LlmProvider llm = Judged.provider(server)) {
            PosternStreamingChatModel.of(llm).chat("Hi", recorder);

            given.get(30, TimeUnit.SECONDS).cancel();

            server.awaitClosed(0);
        }
        assertThat(recorder.answer).isNotDone();
        assertThat(recorder.errors).isEmpty();
    }

    @Test
    void aHandlerThatBlocksDelaysItsOwnStreamOnly() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch first = new CountDownLatch(1);
        recorder.onText = (text, handle) -> {
            first.countDown();
            awaited(release);
        };
        try (WireServer server = WireServer.openai().answer("a", "b", "c").answer("other");
                LlmProvider llm = Judged.provider(server)) {
            PosternStreamingChatModel model = PosternStreamingChatModel.of(llm);
            model.chat("Hi", recorder);
            assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();

            Recorder other = new Recorder();
            model.chat("Hi", other);
            assertThat(other.answer.get(30, TimeUnit.SECONDS).aiMessage().text())
                    .isEqualTo("other");
            assertThat(recorder.texts).containsExactly("a");

            release.countDown();
            assertThat(recorder.answer.get(30, TimeUnit.SECONDS).aiMessage().text())
                    .isEqualTo("abc");
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void failuresGoToTheHandler() {
        PosternStreamingChatModel model = PosternStreamingChatModel.of(
                FakeLlm.failing(Kind.AUTHENTICATION).thenText("a", "b").cutAfter(1));

        model.chat("Hi", recorder);
        assertThat(recorder.errors).hasSize(1);
        assertThat(recorder.errors.get(0)).isExactlyInstanceOf(AuthenticationException.class);

        Recorder cut = new Recorder();
        model.chat("Hi", cut);
        assertThat(cut.texts).containsExactly("a");
        assertThat(cut.errors.get(0)).isExactlyInstanceOf(RetriableException.class);
        assertThat(cut.answer).isNotDone();
    }

    @Test
    void aRequestThatCannotBeSentIsThrown() {
        ChatRequest topK =
                ChatRequest.builder().messages(UserMessage.from("Hi")).topK(1).build();

        assertThatThrownBy(() ->
                        PosternStreamingChatModel.of(FakeLlm.answering("a")).chat(topK, recorder))
                .isExactlyInstanceOf(UnsupportedFeatureException.class);
        assertThat(recorder.errors).isEmpty();
    }

    /** Keeps what it gets. */
    private static final class Recorder implements StreamingChatResponseHandler {
        final List<String> texts = Collections.synchronizedList(new ArrayList<>());
        final List<Throwable> errors = Collections.synchronizedList(new ArrayList<>());
        final CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
        volatile BiConsumer<String, StreamingHandle> onText = (text, handle) -> {};
        volatile Runnable onWhole = () -> {};

        @Override
        public void onPartialResponse(PartialResponse partial, PartialResponseContext context) {
            texts.add(partial.text());
            onText.accept(partial.text(), context.streamingHandle());
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            onWhole.run();
            answer.complete(response);
        }

        @Override
        public void onError(Throwable error) {
            errors.add(error);
        }
    }
}
