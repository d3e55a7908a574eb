package dev.postern;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.LlmException.Kind;
import dev.postern.testkit.Recorder;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The default methods of a provider. */
@Timeout(60) // an answer that does not come must not hold up the build
class LlmProviderTest {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hi");
    private static final CompletionResponse ANSWER =
            CompletionResponse.builder().content("Hello!").build();

    @Test
    void waitsForTheAnswer() {
        TestProvider provider =
                TestProvider.of(request -> CompletableFuture.supplyAsync(() -> CompletionResponse.builder()
                        .content("You said: " + request.messages().get(0).text())
                        .build()));

        assertThat(provider.completions(REQUEST).content()).isEqualTo("You said: Hi");
    }

    @Test
    void throwsTheFailureWithTheCallersStackAndTheOriginalAsCause() {
        LlmException original = LlmException.builder(Kind.RATE_LIMITED, "Too many requests.")
                .status(429)
                .backend("main")
                .build();
        original.setStackTrace(new StackTraceElement[0]);
        LlmException ofAnother = new LlmException(Kind.SERVER, "Down.");
        original.addSuppressed(ofAnother);

        LlmException thrown = failureOf(TestProvider.failing(original));

        assertThat(thrown).hasMessage("Too many requests.").hasCause(original).hasSuppressedException(ofAnother);
        assertThat(thrown.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(thrown.status()).hasValue(429);
        assertThat(thrown.backend()).isEqualTo("main");
        assertShowsTheCaller(thrown);
    }

    @Test
    void unwrapsTheFailureOfAnEarlierStage() {
        LlmException original = new LlmException(Kind.TIMEOUT, "Too late.");
        TestProvider provider = TestProvider.of(
                request -> CompletableFuture.completedFuture(ANSWER).thenApply(answer -> {
                    throw original;
                }));

        assertThat(failureOf(provider)).hasMessage("Too late.").hasCause(original);
    }

    @Test
    void convertsAnyOtherExceptionToADefectOfTheProvider() {
        IllegalStateException defect = new IllegalStateException("boom");

        LlmException thrown = failureOf(TestProvider.failing(defect));

        assertThat(thrown.kind()).isEqualTo(Kind.SERVER);
        assertThat(thrown)
                .hasMessage(
                        "The provider failed with java.lang.IllegalStateException: boom; this is a defect of the provider.")
                .hasCause(defect);
        assertShowsTheCaller(thrown);
    }

    @Test
    void convertsExceptionsThatAreThrownInsteadOfReturned() {
        IllegalStateException defect = new IllegalStateException("boom");
        LlmException known = new LlmException(Kind.CONFIGURATION, "No key.");

        assertThat(failureOf(TestProvider.of(request -> {
                    throw defect;
                })))
                .hasMessage(
                        "The provider failed with java.lang.IllegalStateException: boom; this is a defect of the provider.")
                .hasCause(defect);
        assertThat(failureOf(TestProvider.of(request -> {
                    throw known;
                })))
                .isSameAs(known);
    }

    @Test
    void failsWhenTheProviderAnswersNull() {
        assertThat(failureOf(TestProvider.answering(null)).kind()).isEqualTo(Kind.SERVER);
        assertThat(failureOf(TestProvider.of(request -> null)).kind()).isEqualTo(Kind.SERVER);
    }

    @Test
    void failsWithCancelledForACancelledFuture() {
        CompletableFuture<CompletionResponse> answer = new CompletableFuture<>();
        answer.cancel(true);

        LlmException direct = failureOf(TestProvider.of(request -> answer));
        LlmException derived = failureOf(TestProvider.of(request -> answer.thenApply(done -> done)));

        assertThat(direct).hasMessage("The call was cancelled.").hasCauseInstanceOf(CancellationException.class);
        assertThat(direct.kind()).isEqualTo(Kind.CANCELLED);
        assertThat(derived.kind()).isEqualTo(Kind.CANCELLED);
    }

    @Test
    void cancelsTheCallWhenTheWaitingThreadIsInterrupted() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CompletableFuture<CompletionResponse> pending = new CompletableFuture<>();
        TestProvider provider = TestProvider.of(request -> {
            asked.countDown();
            return pending;
        });
        FutureTask<Boolean> staysInterrupted = new FutureTask<>(() -> {
            assertIsOfAnInterrupt(failureOf(provider));
            return Thread.currentThread().isInterrupted();
        });
        Thread waiting = new Thread(staysInterrupted);
        waiting.start();
        assertThat(asked.await(10, SECONDS)).isTrue();

        waiting.interrupt();

        assertThat(staysInterrupted.get(10, SECONDS)).isTrue();
        assertThat(pending).isCancelled();
    }

    @Test
    void cancelsTheCallIfTheThreadIsInterruptedBefore() {
        CompletableFuture<CompletionResponse> pending = new CompletableFuture<>();
        Thread.currentThread().interrupt();
        try {
            assertIsOfAnInterrupt(failureOf(TestProvider.of(request -> pending)));
        } finally {
            assertThat(Thread.interrupted()).isTrue(); // and it is cleared for the next test
        }
        assertThat(pending).isCancelled();
    }

    private static void assertIsOfAnInterrupt(LlmException thrown) {
        assertThat(thrown.kind()).isEqualTo(Kind.CANCELLED);
        assertThat(thrown)
                .hasMessage("The thread was interrupted while it waited for the answer.")
                .hasCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void refusesARequestThatIsNull() {
        TestProvider provider = TestProvider.answering(ANSWER);

        assertThatNullPointerException().isThrownBy(() -> provider.completions(null));
        assertThatNullPointerException().isThrownBy(() -> provider.stream(null));
    }

    @Test
    void listsNoModels() {
        TestProvider provider = TestProvider.answering(ANSWER);

        assertThat(provider.listModelsAsync()).isCompletedWithValue(List.of());
        assertThat(provider.listModels()).isEmpty();
    }

    @Test
    void isUpWhenItListsItsModels() {
        LlmProvider provider = listing(CompletableFuture.completedFuture(
                List.of(new ModelInfo("a", "test", List.of()), new ModelInfo("b", "test", List.of()))));

        assertThat(provider.health()).isEqualTo(ProviderHealth.up("test lists 2 models"));
    }

    @Test
    void isDownWhenItDoesNotListItsModels() {
        LlmException refused = new LlmException(Kind.AUTHENTICATION, "The key is wrong.");

        assertThat(listing(CompletableFuture.failedFuture(refused)).health()).isEqualTo(ProviderHealth.down(refused));
        assertThat(listing(CompletableFuture.failedFuture(new CompletionException(refused)))
                        .health())
                .isEqualTo(ProviderHealth.down(refused));
        assertThat(listing(CompletableFuture.failedFuture(new IllegalStateException("boom")))
                        .health())
                .isEqualTo(
                        ProviderHealth.down(
                                new LlmException(
                                        Kind.SERVER,
                                        "The provider failed with java.lang.IllegalStateException: boom; this is a defect of the provider.")));
    }

    @Test
    void isDownWhenItsListThrows() {
        LlmProvider provider = new NoModels() {
            @Override
            public CompletableFuture<List<ModelInfo>> listModelsAsync() {
                throw new IllegalStateException("boom");
            }
        };

        assertThat(provider.healthAsync()).isCompletedWithValueMatching(health -> !health.up());
        assertThat(provider.health().up()).isFalse();
        assertThat(provider.health().detail()).contains("boom");
    }

    @Test
    void canBeClosedTwice() throws Exception {
        try (LlmProvider provider = TestProvider.answering(ANSWER)) {
            provider.close();

            assertThat(provider.completions(REQUEST)).isEqualTo(ANSWER);
        }
    }

    private static LlmException failureOf(LlmProvider provider) {
        return catchThrowableOfType(LlmException.class, () -> provider.completions(REQUEST));
    }

    private static void assertShowsTheCaller(LlmException thrown) {
        assertThat(thrown.getStackTrace())
                .extracting(StackTraceElement::getClassName)
                .contains(LlmProviderTest.class.getName());
    }

    private static LlmProvider listing(CompletableFuture<List<ModelInfo>> models) {
        return new NoModels() {
            @Override
            public CompletableFuture<List<ModelInfo>> listModelsAsync() {
                return models;
            }
        };
    }

    private static class NoModels implements LlmProvider {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return CompletableFuture.completedFuture(ANSWER);
        }
    }

    // ---- errors of the virtual machine

    @Test
    void throwsAnErrorOfTheVirtualMachineUnchanged() {
        OutOfMemoryError error = new OutOfMemoryError("Java heap space");
        TestProvider provider = TestProvider.failing(error);

        assertThat(catchThrowable(() -> provider.completions(REQUEST))).isSameAs(error);
        assertThat(catchThrowable(() -> LlmProvider.await(provider.completionsAsync(REQUEST))))
                .isSameAs(error);
        assertThat(catchThrowable(() -> {
                    try (EventStream events = EventStream.of(provider.stream(REQUEST))) {
                        events.iterator().hasNext();
                    }
                }))
                .isSameAs(error);
        assertThat(Recorder.of(provider.stream(REQUEST)).awaitFailure()).isSameAs(error);
        assertThat(CompletionCollector.collect(provider.stream(REQUEST)))
                .failsWithin(30, SECONDS)
                .withThrowableThat()
                .withCause(error);
    }

    @Test
    void convertsSuchAnErrorToAFailureOfThisProcess() {
        LlmException failure = LlmException.of(new CompletionException(new OutOfMemoryError("Java heap space")));

        assertThat(failure.kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(failure.retryable()).isFalse();
        assertThat(failure)
                .hasMessage("This process failed with java.lang.OutOfMemoryError: Java heap space; the backend"
                        + " did not cause this.");
    }
}
