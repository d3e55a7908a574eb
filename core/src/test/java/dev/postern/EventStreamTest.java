package dev.postern;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.LlmException.Kind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60) // a loop that does not end must not hold up the build
class EventStreamTest {
    private final ManualStream stream = new ManualStream();

    @Test
    void givesTheEventsInOrder() {
        try (EventStream events = EventStream.of(stream)) {
            stream.emitTexts(5);
            stream.complete();

            assertThat(textsOf(events)).containsExactly("0", "1", "2", "3", "4");
        }
    }

    @Test
    void waitsForEventsOfAnotherThread() throws Exception {
        EventStream events = EventStream.of(stream);
        FutureTask<List<String>> loop = inAnotherThread(() -> textsOf(events));

        stream.emitTexts(20);
        stream.complete();

        assertThat(loop.get(10, SECONDS)).hasSize(20).startsWith("0", "1").endsWith("19");
    }

    @Test
    void throwsTheFailureInTheLoopWithTheCallersStack() {
        LlmException failure =
                LlmException.builder(Kind.CONNECTION, "Reset.").backend("main").build();
        failure.setStackTrace(new StackTraceElement[0]);
        EventStream events = EventStream.of(stream);
        stream.emitTexts(2);
        stream.fail(failure);
        List<StreamEvent> before = new ArrayList<>();

        LlmException thrown = catchThrowableOfType(LlmException.class, () -> events.forEach(before::add));

        assertThat(before).hasSize(2);
        assertThat(thrown).hasMessage("Reset.").hasCause(failure);
        assertThat(thrown.kind()).isEqualTo(Kind.CONNECTION);
        assertThat(thrown.backend()).isEqualTo("main");
        assertThat(thrown.getStackTrace())
                .extracting(StackTraceElement::getClassName)
                .contains(EventStreamTest.class.getName());
    }

    @Test
    void hasEndedAfterTheFailureWasThrown() {
        Iterator<StreamEvent> events = EventStream.of(stream).iterator();
        stream.fail(new LlmException(Kind.TIMEOUT, "Silent."));
        assertThatExceptionOfType(LlmException.class).isThrownBy(events::next).withMessage("Silent.");

        assertThat(events.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(events::next);
    }

    @Test
    void convertsAnyOtherExceptionToADefectOfTheProvider() {
        Iterator<StreamEvent> events = EventStream.of(stream).iterator();
        stream.fail(new IllegalStateException("boom"));

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(events::hasNext)
                .withMessage(
                        "The provider failed with java.lang.IllegalStateException: boom; this is a defect of the provider.")
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void staysAtItsEnd() {
        EventStream stillOpen = EventStream.of(stream);
        Iterator<StreamEvent> events = stillOpen.iterator();
        stream.emitTexts(1);
        stream.complete();

        assertThat(events.hasNext()).isTrue();
        assertThat(events.hasNext()).isTrue();
        assertThat(events.next()).isEqualTo(new StreamEvent.ContentDelta("0"));
        assertThat(events.hasNext()).isFalse();
        assertThat(events.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(events::next)
                .withMessage("the stream has ended");
        assertThat(stillOpen.iterator().hasNext()).isFalse();
    }

    @Test
    void cancelsTheStreamWhenTheLoopIsLeftEarly() {
        try (EventStream events = EventStream.of(stream)) {
            stream.emitTexts(3);
            for (StreamEvent event : events) {
                assertThat(event).isEqualTo(new StreamEvent.ContentDelta("0"));
                break;
            }
            assertThat(stream.isCancelled()).isFalse();
        }

        assertThat(stream.isCancelled()).isTrue();
    }

    @Test
    void dropsWhatWasFetchedAheadWhenItIsClosed() {
        EventStream events = EventStream.of(stream);
        stream.emitTexts(3);
        stream.fail(new LlmException(Kind.SERVER, "unheard"));

        events.close();

        assertThat(textsOf(events)).isEmpty();
    }

    @Test
    void endsTheWaitingLoopWhenAnotherThreadClosesIt() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        EventStream events = EventStream.of(stream);
        FutureTask<Integer> loop = inAnotherThread(() -> {
            int count = 0;
            for (StreamEvent ignored : events) {
                count++;
                first.countDown();
            }
            return count;
        });
        stream.emitTexts(1);
        assertThat(first.await(10, SECONDS)).isTrue();

        events.close();

        assertThat(loop.get(10, SECONDS)).isOne();
        assertThat(stream.isCancelled()).isTrue();
    }

    @Test
    void canBeClosedTwiceAndAfterItsEnd() {
        EventStream events = EventStream.of(stream);
        stream.complete();
        assertThat(textsOf(events)).isEmpty();

        events.close();
        events.close();

        assertThat(events.iterator().hasNext()).isFalse();
    }

    @Test
    void cancelsTheStreamWhenTheWaitingThreadIsInterrupted() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        EventStream events = EventStream.of(stream);
        FutureTask<Boolean> staysInterrupted = new FutureTask<>(() -> {
            LlmException thrown =
                    catchThrowableOfType(LlmException.class, () -> events.forEach(event -> first.countDown()));
            assertThat(thrown.kind()).isEqualTo(Kind.CANCELLED);
            assertThat(thrown)
                    .hasMessage("The thread was interrupted while it waited for the stream.")
                    .hasCauseInstanceOf(InterruptedException.class);
            boolean interrupted = Thread.currentThread().isInterrupted();
            assertThat(events.iterator().hasNext()).isFalse();
            return interrupted;
        });
        Thread waiting = new Thread(staysInterrupted);
        waiting.start();
        stream.emitTexts(1);
        assertThat(first.await(10, SECONDS)).isTrue();

        waiting.interrupt();

        assertThat(staysInterrupted.get(10, SECONDS)).isTrue();
        assertThat(stream.awaitCancelled()).isTrue();
    }

    @Test
    void neverRequestsMoreThanThirtyTwoEventsAhead() {
        Iterator<StreamEvent> events = EventStream.of(stream).iterator();
        int emitted = 0;
        for (int taken = 0; taken < 1000; taken++) {
            long outstanding = stream.requested() - taken;
            assertThat(outstanding).isBetween(1L, 32L);
            if (emitted == taken) { // as a server would: all that may be sent, at once
                int allowed = (int) (stream.requested() - emitted);
                IntStream.range(emitted, emitted + allowed)
                        .forEach(i -> stream.emit(new StreamEvent.ContentDelta(String.valueOf(i))));
                emitted += allowed;
            }
            assertThat(events.next()).isEqualTo(new StreamEvent.ContentDelta(String.valueOf(taken)));
        }
    }

    @Test
    void readsAStreamThatIsLongerThanTheBuffer() {
        List<Content> parts =
                IntStream.range(0, 100).mapToObj(i -> Content.text("t" + i)).toList();
        LlmProvider provider = TestProvider.answering(
                CompletionResponse.builder().content(parts).build());

        try (EventStream events = EventStream.of(provider.stream(CompletionRequest.of("Hi")))) {
            assertThat(events).hasSize(101);
        }
    }

    @Test
    void cancelsAStreamThatStartsAfterTheClose() {
        List<Flow.Subscriber<? super StreamEvent>> late = new ArrayList<>();
        EventStream events = EventStream.of(late::add);

        events.close();
        stream.subscribe(late.get(0));

        assertThat(stream.isCancelled()).isTrue();
        assertThat(stream.requested()).isZero();
    }

    @Test
    void returnsTheWholeAnswerAfterALoop() {
        Usage usage = Usage.of(1, 2);
        CompletionResponse answer = CompletionResponse.builder()
                .model("m")
                .content(List.of(
                        Content.Reasoning.of("Hm."), Content.text("Hello"), ToolCall.of("c1", "clock", Map.of())))
                .stopReason(StopReason.TOOL_USE)
                .usage(usage)
                .build();

        try (EventStream events = EventStream.of(TestProvider.answering(answer).stream(CompletionRequest.of("Hi")))) {
            assertThat(events).last().isEqualTo(new StreamEvent.UsageReported(usage));
            assertThat(events.response()).isEqualTo(answer);
            assertThat(events.text()).isEqualTo("Hello");
            assertThat(events.response()).isEqualTo(answer);
        }
    }

    @Test
    void readsTheRestOfTheStreamForTheAnswer() {
        EventStream events = EventStream.of(stream);
        stream.emitTexts(10);
        assertThat(events.iterator().next()).isEqualTo(new StreamEvent.ContentDelta("0"));
        stream.emit(new StreamEvent.MessageStop(StopReason.END_TURN, "m", Map.of()));
        stream.complete();

        assertThat(events.text()).isEqualTo("0123456789");
        assertThat(events.response().stopReason()).isEqualTo(StopReason.END_TURN);
        assertThat(events.iterator().hasNext()).isFalse();
    }

    @Test
    void returnsWhatCameSoFarAfterItWasClosed() {
        EventStream events = EventStream.of(stream);
        stream.emitTexts(10);
        events.iterator().next();
        events.iterator().next();

        events.close();

        assertThat(events.response())
                .isEqualTo(CompletionResponse.builder()
                        .content("01")
                        .stopReason(StopReason.OTHER)
                        .build());
        assertThat(events.text()).isEqualTo("01");
    }

    @Test
    void returnsTheAnswerOfAStreamThatWasClosedAfterItsMessageStop() {
        EventStream events = EventStream.of(stream);
        stream.emit(
                new StreamEvent.ContentDelta("Hi"), new StreamEvent.MessageStop(StopReason.MAX_TOKENS, "m", Map.of()));
        events.iterator().next();
        events.iterator().next();

        events.close();

        assertThat(events.response())
                .isEqualTo(CompletionResponse.builder()
                        .model("m")
                        .content("Hi")
                        .stopReason(StopReason.MAX_TOKENS)
                        .build());
    }

    @Test
    void throwsTheFailureWithWhatCameBeforeAsItsAnswer() {
        EventStream events = EventStream.of(stream);
        stream.emitTexts(3);
        stream.fail(new LlmException(Kind.CONNECTION, "Reset."));

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(events::text)
                .withMessage("Reset.")
                .satisfies(thrown -> assertThat(thrown.answer())
                        .hasValueSatisfying(part -> assertThat(part.content()).isEqualTo("012")));
    }

    @Test
    void throwsTheFailureAgainWhenTheAnswerIsReadAgain() {
        EventStream events = EventStream.of(stream);
        stream.emitTexts(3);
        stream.fail(new LlmException(Kind.CONNECTION, "Reset."));
        LlmException first = catchThrowableOfType(LlmException.class, events::text);
        events.close();

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(events::text)
                .isSameAs(first)
                .withMessage("Reset.");
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(events::response)
                .satisfies(thrown -> assertThat(thrown.answer())
                        .hasValueSatisfying(part -> assertThat(part.content()).isEqualTo("012")));
    }

    @Test
    void throwsAnErrorOfTheVirtualMachineAgainWhenTheAnswerIsReadAgain() {
        EventStream events = EventStream.of(stream);
        OutOfMemoryError error = new OutOfMemoryError("heap");
        stream.emitTexts(3);
        stream.fail(error);

        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(events::text)
                .isSameAs(error);
        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(events::text)
                .isSameAs(error);
    }

    @Test
    void returnsWhatCameSoFarAfterTheLoopHasThrownTheFailure() {
        EventStream events = EventStream.of(stream);
        stream.emitTexts(3);
        stream.fail(new LlmException(Kind.TIMEOUT, "Silent."));
        assertThatExceptionOfType(LlmException.class).isThrownBy(() -> textsOf(events));

        assertThat(events.response())
                .isEqualTo(CompletionResponse.builder()
                        .content("012")
                        .stopReason(StopReason.OTHER)
                        .build());
    }

    @Test
    void failsIfAStreamCompletesWithoutItsMessageStop() {
        EventStream events = EventStream.of(stream);
        stream.emitTexts(3);
        stream.complete();

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(events::response)
                .satisfies(thrown -> assertThat(thrown.kind()).isEqualTo(Kind.INCOMPLETE_STREAM));
    }

    @Test
    void keepsNoAnswerThatIsTooLargeButGivesOutItsEvents() {
        EventStream events = EventStream.of(stream, 8);
        stream.emitTexts(20);
        stream.complete();

        assertThat(textsOf(events)).hasSize(20);
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(events::response)
                .withMessageStartingWith("The answer is larger than 8 characters in total;")
                .satisfies(thrown -> assertThat(thrown.kind()).isEqualTo(Kind.PROTOCOL));
    }

    @Test
    void cancelsTheStreamOfAnAnswerThatIsTooLarge() {
        EventStream events = EventStream.of(stream, 8);
        stream.emitTexts(9);

        assertThatExceptionOfType(LlmException.class).isThrownBy(events::text);

        assertThat(stream.isCancelled()).isTrue();
    }

    @Test
    void doesNotWaitForTheNextEventOfAnAnswerThatIsTooLarge() throws Exception {
        EventStream events = EventStream.of(stream, 8);
        stream.emitTexts(9);
        Iterator<StreamEvent> loop = events.iterator();
        for (int i = 0; i < 9; i++) {
            loop.next();
        }

        FutureTask<LlmException> answer =
                inAnotherThread(() -> catchThrowableOfType(LlmException.class, events::response));

        assertThat(answer.get(10, SECONDS).kind()).isEqualTo(Kind.PROTOCOL);
    }

    private static List<String> textsOf(EventStream events) {
        List<String> texts = new ArrayList<>();
        for (StreamEvent event : events) {
            texts.add(((StreamEvent.ContentDelta) event).delta());
        }
        return texts;
    }

    private static <T> FutureTask<T> inAnotherThread(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        new Thread(task).start();
        return task;
    }
}
