package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.CallWatch;
import dev.postern.call.Interceptor.Decision;
import dev.postern.testkit.Recorder;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing keeps a call that has ended, and whole answers stay what they are. */
@Timeout(60)
class EndedCallsTest {
    private final List<WeakReference<Object>> parts = new ArrayList<>();

    private <T> T weak(T part) {
        parts.add(new WeakReference<>(part));
        return part;
    }

    /** Has an alarm that is due in an hour, and awaits a stage that never completes. */
    private static final class Waiting implements EventFilter {
        private int events;

        @Override
        public void onEvent(StreamEvent event, Output out) {
            out.wakeAfter(Duration.ofHours(1));
            if (++events == 2) {
                out.await(new CompletableFuture<Void>(), never -> {});
            } else {
                out.emit(event);
            }
        }
    }

    private final LlmProvider llm = Instrumentation.builder()
            .listener(call -> weak(new CallWatch() {}))
            .interceptor(
                    call -> Decision.later(CompletableFuture.completedFuture(Decision.proceed(weak(new Waiting())))))
            .build()
            .around(Events.provider(request -> Events.stream(Events.answer("a", "b"))));

    private void call() {
        Recorder<StreamEvent> stream = weak(Recorder.unbounded());
        stream.on(llm.stream(Events.HELLO));
        stream.awaitItems(1);
        stream.cancel();
    }

    @Test
    void aCancelledCallIsCollected() throws Exception {
        for (int i = 0; i < 5; i++) {
            call();
        }

        assertThat(parts).hasSize(15);
        for (int i = 0; i < 200 && parts.stream().anyMatch(each -> each.get() != null); i++) {
            System.gc();
            Thread.sleep(5); // the collector needs a moment
        }
        assertThat(parts).allMatch(each -> each.get() == null);
    }

    /** A filter that changes texts changes a whole answer as it changes a stream. */
    @Test
    void aChangedWholeAnswerIsWhatAChangedStreamCollectsTo() {
        LlmProvider loud = Instrumentation.builder()
                .attemptInterceptor(call -> Decision.proceed(new EventFilter() {
                    @Override
                    public void onEvent(StreamEvent event, Output out) {
                        out.emit(
                                event instanceof StreamEvent.ContentDelta text
                                        ? Events.text(text.delta().toUpperCase(java.util.Locale.ROOT))
                                        : event);
                    }
                }))
                .build()
                .around(Events.provider(request -> Events.stream(Events.answer("a", "b"))));

        CompletionResponse whole = loud.completions(Events.HELLO);

        assertThat(whole.content()).isEqualTo("AB");
        assertThat(dev.postern.CompletionCollector.collect(loud.stream(Events.HELLO))
                        .join())
                .isEqualTo(whole);
    }
}
