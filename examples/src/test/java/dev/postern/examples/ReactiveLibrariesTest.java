package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.testkit.FakeLlm;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.FlowAdapters;

/** What the page on reactive libraries says about RxJava and Mutiny. */
@Timeout(60)
class ReactiveLibrariesTest {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hello");

    private final FakeLlm talking = FakeLlm.answering("Hel", "lo").hangAfter(2);
    private final FakeLlm silent = FakeLlm.named("fake").thenHang();

    @Test
    void aFlowableCancelsTheStream() {
        Flowable<StreamEvent> events = Flowable.fromPublisher(FlowAdapters.toPublisher(talking.stream(REQUEST)));

        assertThat(events.blockingFirst()).isEqualTo(new ContentDelta("Hel"));

        talking.awaitCancelled(1);
    }

    @Test
    void disposingASingleCancelsTheCall() {
        Single<CompletionResponse> answer = Single.create(emitter -> {
            CompletableFuture<CompletionResponse> call = silent.completionsAsync(REQUEST);
            emitter.setCancellable(() -> call.cancel(true));
        });

        answer.subscribe().dispose();

        silent.awaitCancelled(1);
    }

    @Test
    void disposingASingleOfAStageDoesNot() {
        Single.fromCompletionStage(silent.completionsAsync(REQUEST)).subscribe().dispose();

        assertThat(silent.running()).isEqualTo(1);
        silent.close();
    }

    @Test
    void aMultiCancelsTheStream() {
        Multi<StreamEvent> events = Multi.createFrom().publisher(talking.stream(REQUEST));

        StreamEvent first = events.toUni().await().atMost(Duration.ofSeconds(30));

        assertThat(first).isEqualTo(new ContentDelta("Hel"));
        talking.awaitCancelled(1);
    }

    @Test
    void cancellingAUniCancelsTheCall() {
        Uni<CompletionResponse> answer = Uni.createFrom().completionStage(() -> silent.completionsAsync(REQUEST));
        assertThat(silent.requests()).isEmpty();

        answer.subscribe().with(whole -> {}).cancel();

        silent.awaitCancelled(1);
    }
}
