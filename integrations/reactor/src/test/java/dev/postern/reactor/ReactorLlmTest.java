package dev.postern.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.StreamEvent.ReasoningDelta;
import dev.postern.http.RetryPolicy;
import dev.postern.openai.OpenAiProvider;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.WireServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Calls as Flux and Mono: events, demand, cancel and failures. */
@Timeout(60)
class ReactorLlmTest {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hello");
    private static final Duration WAIT = Duration.ofSeconds(30);

    private static LlmProvider provider(WireServer server) {
        return OpenAiProvider.builder()
                .baseUrl(server.url())
                .apiKey("sk-secret")
                .defaultModel("small")
                .retries(RetryPolicy.none())
                .build();
    }

    @Test
    void aStreamHasTheEventsOfTheProvider() {
        try (WireServer server = WireServer.openai().answer("Hel", "lo");
                LlmProvider llm = provider(server)) {
            StepVerifier.create(ReactorLlm.of(llm).stream(REQUEST))
                    .expectNext(new ContentDelta("Hel"), new ContentDelta("lo"))
                    .expectNextMatches(StreamEvent.MessageStop.class::isInstance)
                    .expectNextMatches(StreamEvent.UsageReported.class::isInstance)
                    .expectComplete()
                    .verify(WAIT);
        }
    }

    @Test
    void aWholeAnswerIsTheOneOfTheProvider() {
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = provider(server)) {
            StepVerifier.create(ReactorLlm.of(llm).completions(REQUEST))
                    .expectNextMatches(answer -> answer.content().equals("Hello"))
                    .expectComplete()
                    .verify(WAIT);
        }
    }

    /** Events without text take no demand from the subscriber. */
    @Test
    void textHasThePiecesOfTheText() {
        FakeLlm llm = FakeLlm.named("fake")
                .thenEvents(
                        ReasoningDelta.of("why"),
                        new ContentDelta("a"),
                        ReasoningDelta.of("so"),
                        new ContentDelta("b"));

        StepVerifier.create(ReactorLlm.of(llm).text(REQUEST), 1)
                .expectNext("a")
                .thenRequest(1)
                .expectNext("b")
                .expectComplete()
                .verify(WAIT);
    }

    @Test
    void eachSubscriptionIsOneCall() {
        FakeLlm llm = FakeLlm.answering("a").repeatLast();
        Flux<String> text = ReactorLlm.of(llm).text(REQUEST);
        var whole = ReactorLlm.of(llm).completions(REQUEST);
        assertThat(llm.requests()).isEmpty();

        for (int calls = 1; calls <= 3; calls++) {
            assertThat(text.blockLast(WAIT)).isEqualTo("a");
            assertThat(whole.block(WAIT)).isNotNull();
            assertThat(llm.requests()).hasSize(2 * calls);
        }
    }

    @Test
    void demandAndCancelGoThroughUnchanged() {
        DemandLog llm = new DemandLog();
        BaseSubscriber<StreamEvent> reader = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // requests nothing
            }
        };

        ReactorLlm.of(llm).stream(REQUEST).subscribe(reader);
        assertThat(llm.told()).isEmpty();
        reader.request(2);
        reader.request(3);
        assertThat(llm.told()).containsExactly("2", "3");
        reader.cancel();

        assertThat(llm.told()).containsExactly("2", "3", "cancel");
    }

    @Test
    void cancellingAStreamClosesItsExchange() {
        try (WireServer server = WireServer.openai().answer("Hel", "lo").hangAfter(1);
                LlmProvider llm = provider(server)) {
            StepVerifier.create(ReactorLlm.of(llm).text(REQUEST))
                    .expectNext("Hel")
                    .thenCancel()
                    .verify(WAIT);

            server.awaitClosed(0);
        }
    }

    /** Operators that end early cancel what is before them. */
    @Test
    void takingTheFirstPieceClosesTheExchange() {
        try (WireServer server = WireServer.openai().answer("Hel", "lo").hangAfter(1);
                LlmProvider llm = provider(server)) {
            assertThat(ReactorLlm.of(llm).text(REQUEST).next().block(WAIT)).isEqualTo("Hel");

            server.awaitClosed(0);
        }
    }

    @Test
    void cancellingAMonoClosesItsExchange() {
        try (WireServer server = WireServer.openai().hang();
                LlmProvider llm = provider(server)) {
            Disposable call = ReactorLlm.of(llm).completions(REQUEST).subscribe();
            server.awaitExchange(0);

            call.dispose();

            server.awaitClosed(0);
        }
    }

    @Test
    void cancellingAMonoCancelsItsFuture() {
        FakeLlm llm = FakeLlm.named("fake").thenHang();

        ReactorLlm.of(llm).completions(REQUEST).subscribe().dispose();

        llm.awaitCancelled(1);
    }

    @Test
    void aPipelineThatThrowsClosesTheExchange() {
        try (WireServer server = WireServer.openai().answer("Hel", "lo").hangAfter(1);
                LlmProvider llm = provider(server)) {
            StepVerifier.create(ReactorLlm.of(llm).text(REQUEST).map(ReactorLlmTest::refused))
                    .expectErrorMessage("no Hel")
                    .verify(WAIT);

            server.awaitClosed(0);
        }
    }

    private static String refused(String piece) {
        throw new IllegalStateException("no " + piece);
    }

    @Test
    void failuresAreThoseOfTheProvider() {
        try (WireServer server = WireServer.openai().status(401).status(401);
                LlmProvider llm = provider(server)) {
            expectFailure(ReactorLlm.of(llm).text(REQUEST), Kind.AUTHENTICATION);
            expectFailure(ReactorLlm.of(llm).completions(REQUEST).flux(), Kind.AUTHENTICATION);
        }
    }

    @Test
    void aStreamThatIsCutFails() {
        try (WireServer server = WireServer.openai().answer("Hel", "lo").endAfter(1);
                LlmProvider llm = provider(server)) {
            StepVerifier.create(ReactorLlm.of(llm).text(REQUEST))
                    .expectNext("Hel")
                    .expectErrorMatches(failure -> isOfKind(failure, Kind.INCOMPLETE_STREAM))
                    .verify(WAIT);
        }
    }

    @Test
    void aProviderThatThrowsAtOnceFailsTheSubscription() {
        LlmException refused = new LlmException(Kind.INVALID_REQUEST, "No such model.");
        DemandLog llm = new DemandLog(refused);

        StepVerifier.create(ReactorLlm.of(llm).stream(REQUEST))
                .expectErrorMatches(failure -> failure == refused)
                .verify(WAIT);
        StepVerifier.create(ReactorLlm.of(llm).completions(REQUEST))
                .expectErrorMatches(failure -> failure == refused)
                .verify(WAIT);
    }

    @Test
    void onlyNonBlockingStreamsPromiseNotToBlock() {
        DemandLog llm = new DemandLog();

        ReactorLlm.of(llm).stream(REQUEST).subscribe().dispose();
        assertThat(llm.promises()).containsExactly(false);
        ReactorLlm.of(llm).nonBlocking().text(REQUEST).subscribe().dispose();

        assertThat(llm.promises()).containsExactly(false, true);
    }

    @Test
    void aNonBlockingStreamHasAllEvents() {
        try (WireServer server = WireServer.openai().answer("Hel", "lo");
                LlmProvider llm = provider(server)) {
            StepVerifier.create(ReactorLlm.of(llm).nonBlocking().text(REQUEST))
                    .expectNext("Hel", "lo")
                    .expectComplete()
                    .verify(WAIT);
        }
    }

    private static void expectFailure(Flux<?> answer, Kind kind) {
        StepVerifier.create(answer)
                .expectErrorMatches(failure -> isOfKind(failure, kind))
                .verify(WAIT);
    }

    private static boolean isOfKind(Throwable failure, Kind kind) {
        return failure instanceof LlmException known && known.kind() == kind;
    }
}
