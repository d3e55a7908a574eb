package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Answers that come later. */
class FakeClockTest {
    private static final CompletionRequest HI = CompletionRequest.of("Hi");

    private final FakeClock clock = new FakeClock();

    @Test
    void aDelayLastsUntilTheClockIsAdvanced() {
        FakeLlm llm = FakeLlm.answering("a").delayed(Duration.ofHours(1)).clock(clock);
        CompletableFuture<CompletionResponse> answer = llm.completionsAsync(HI);

        clock.awaitWaiting(1).advance(Duration.ofMinutes(59));
        assertThat(answer).isNotDone();
        clock.advance(Duration.ofMinutes(1));

        assertThat(answer).isCompletedWithValueMatching(whole -> whole.content().equals("a"));
        assertThat(clock.elapsed()).isEqualTo(Duration.ofHours(1));
        assertThat(clock.waiting()).isZero();
    }

    @Test
    void eventsComeOneAtATime() {
        FakeLlm llm = FakeLlm.answering("a", "b").paced(Duration.ofSeconds(1)).clock(clock);
        StreamProbe probe = StreamProbe.of(llm.stream(HI)).request(10);

        clock.advance(Duration.ofSeconds(1));
        assertThat(probe.eventsSoFar()).hasSize(1);
        clock.advance(Duration.ofSeconds(3));

        probe.expectText("a").expectText("b").expectEnd();
    }

    private static CompletionRequest within(Duration limit) {
        return HI.withContext(CallContext.builder().within(limit).build());
    }

    @Test
    void aCallThatHangsFailsAtTheDeadlineOfItsContext() {
        FakeLlm llm = FakeLlm.answering("a").hangAfter(1).clock(clock);
        StreamProbe probe = StreamProbe.of(llm.stream(within(Duration.ofHours(1))))
                .request(10)
                .expectText("a");
        assertThat(clock.waiting()).isZero();

        clock.advance(Duration.ofMinutes(59));
        assertThat(llm.running()).isEqualTo(1);
        clock.advance(Duration.ofMinutes(1));

        probe.expectFailure(Kind.TIMEOUT);
        assertThat(llm.running()).isZero();
    }

    @Test
    void anAnswerBeforeTheDeadlineIsNotAffected() {
        FakeLlm llm = FakeLlm.answering("a").delayed(Duration.ofMinutes(30)).clock(clock);
        CompletableFuture<CompletionResponse> answer = llm.completionsAsync(within(Duration.ofHours(1)));

        clock.awaitWaiting(1).advance(Duration.ofHours(2));

        assertThat(answer).isCompletedWithValueMatching(whole -> whole.content().equals("a"));
    }

    @Test
    void aCallWhoseDeadlineIsOverIsNotMade() {
        FakeLlm llm = FakeLlm.answering("a");

        StreamProbe.of(llm.stream(within(Duration.ofSeconds(-1)))).request(10).expectFailure(Kind.TIMEOUT);

        assertThat(llm.requests()).isEmpty();
        assertThat(llm.unusedAnswers()).isEqualTo(1);
        assertThat(llm.running()).isZero();
    }

    @Test
    void aFailureCanComeLate() {
        FakeLlm llm =
                FakeLlm.failing(Kind.TIMEOUT).delayed(Duration.ofSeconds(30)).clock(clock);
        StreamProbe probe = StreamProbe.of(llm.stream(HI));

        clock.advance(Duration.ofSeconds(30));

        probe.expectFailure(Kind.TIMEOUT);
    }

    @Test
    void aCancelledCallWaitsNoLonger() {
        FakeLlm llm = FakeLlm.answering("a").delayed(Duration.ofSeconds(1)).clock(clock);

        llm.completionsAsync(HI).cancel(true);

        assertThat(clock.waiting()).isZero();
        assertThat(llm.cancelled()).isOne();
    }

    @Test
    void anAnswerIsHeldUntilAStageIsComplete() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        CompletableFuture<Void> broken = new CompletableFuture<>();
        FakeLlm llm = FakeLlm.answering("a").heldUntil(gate).thenText("b").heldUntil(broken);
        StreamProbe held = StreamProbe.of(llm.stream(HI)).request(10);
        StreamProbe failing = StreamProbe.of(llm.stream(HI));
        assertThat(held.eventsSoFar()).isEmpty();

        gate.complete(null);
        broken.completeExceptionally(new IllegalStateException("the gate is broken"));

        held.expectText("a").expectEnd();
        assertThat(failing.expectFailure(Kind.SERVER)).hasMessageContaining("the gate is broken");
    }

    /** The clock of the system, with a short time. */
    @Test
    void withoutAClockTimePassesByItself() {
        FakeLlm llm = FakeLlm.answering("a").delayed(Duration.ofMillis(1));

        assertThat(llm.completionsAsync(HI)).succeedsWithin(30, TimeUnit.SECONDS);
    }
}
