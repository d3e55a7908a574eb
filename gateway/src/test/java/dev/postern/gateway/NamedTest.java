package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Failures carry the gateway's names for its backends, whatever the providers call themselves. */
@Timeout(60)
class NamedTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    /** A provider that calls itself openai and fails in this way. */
    private record Failing(LlmException failure) implements LlmProvider {
        @Override
        public String name() {
            return "openai";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return CompletableFuture.failedFuture(failure);
        }

        @Override
        public CompletableFuture<List<ModelInfo>> listModelsAsync() {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private static LlmException.Builder failure(String message) {
        return LlmException.builder(Kind.SERVER, message).backend("openai");
    }

    private static LlmException thrownBy(LlmProvider llm) {
        return catchThrowableOfType(LlmException.class, () -> llm.completions(HELLO));
    }

    /** Of a blocking call: what the gateway told, without the wrapper that has the caller's stack. */
    private static LlmException told(LlmProvider llm) {
        return (LlmException) thrownBy(llm).getCause();
    }

    @Test
    void theProvidersOwnNameGivesWay() {
        LlmException inner = failure("'openai' answered 500: no.")
                .answer(CompletionResponse.builder().content("half").build())
                .status(500)
                .code("oops")
                .model("m")
                .requestId("r1")
                .retryAfter(Duration.ofSeconds(3))
                .serverMessage("no")
                .build();
        inner.addSuppressed(failure("'openai' answered 503.").build());
        inner.addSuppressed(new IllegalStateException("of somebody else"));
        Gateway gateway = Gateway.builder().backend("main", new Failing(inner)).build();

        LlmException told = told(gateway);

        assertThat(told.backend()).isEqualTo("main");
        assertThat(told).hasMessage("'main' answered 500: no.");
        assertThat(told.getStackTrace()).isEqualTo(inner.getStackTrace());
        assertThat(told.answer()).isEqualTo(inner.answer());
        assertThat(List.of(told.status().orElse(0), told.code(), told.model(), told.requestId(), told.serverMessage()))
                .isEqualTo(List.of(500, "oops", "m", "r1", "no"));
        assertThat(told.retryAfter()).contains(Duration.ofSeconds(3));
        assertThat(told.getSuppressed()).hasSize(2);
        assertThat(((LlmException) told.getSuppressed()[0]).backend()).isEqualTo("main");
        assertThat(told.getSuppressed()[1]).isSameAs(inner.getSuppressed()[1]);
        assertThat(inner.backend()).isEqualTo("openai");
    }

    @Test
    void causesAreNamedToo() {
        LlmException cause = failure("'openai' answered 401.").build();
        Gateway gateway = Gateway.builder()
                .backend("main", new Failing(failure("no").cause(cause).build()))
                .build();

        LlmException named = (LlmException) told(gateway).getCause();

        assertThat(named.backend()).isEqualTo("main");
        assertThat(named).hasMessage("'main' answered 401.");
        assertThat(named.getStackTrace()).isEqualTo(cause.getStackTrace());
    }

    @Test
    void eachFailureHasTheNameOfItsOwnBackend() {
        Gateway gateway = Gateway.builder()
                .backend("main", new Failing(failure("first").build()))
                .backend("spare", new Failing(failure("second").build()))
                .fallbacks("main", List.of("spare"))
                .build();

        LlmException told = told(gateway);

        assertThat(told.backend()).isEqualTo("spare");
        assertThat(((LlmException) told.getSuppressed()[0]).backend()).isEqualTo("main");
    }

    @Test
    void aGatewayBehindAGatewayHasTheNameThatTheOuterOneGaveIt() {
        Gateway inner = Gateway.builder()
                .backend("main", new Failing(failure("first").build()))
                .backend("spare", new Failing(failure("second").build()))
                .fallbacks("main", List.of("spare"))
                .build();
        Gateway outer = Gateway.builder()
                .backend("eu", inner)
                .backend("us", new Failing(failure("third").build()))
                .fallbacks("eu", List.of("us"))
                .build();

        LlmException told = told(outer);

        assertThat(told.backend()).isEqualTo("us");
        LlmException ofInner = (LlmException) told.getSuppressed()[0];
        assertThat(ofInner.backend()).isEqualTo("eu");
        assertThat(((LlmException) ofInner.getSuppressed()[0]).backend()).isEqualTo("eu");
    }

    @Test
    void theListOfModelsFailsUnderTheSameName() {
        Gateway gateway = Gateway.builder()
                .backend("main", new Failing(failure("no").build()))
                .build();

        LlmException thrown = catchThrowableOfType(LlmException.class, gateway::listModels);

        assertThat(thrown.backend()).isEqualTo("main");
    }

    @Test
    void failuresThatReferToEachOtherInACircleAreNoEndlessLoop() {
        LlmException one = failure("one").build();
        LlmException two = failure("two").build();
        one.addSuppressed(two);
        two.addSuppressed(one);

        assertThat(Named.of(one, "main").backend()).isEqualTo("main");
    }

    @Test
    void aFailureThatComesAgainAndAgainDoesNotGrow() {
        LlmException same =
                LlmException.builder(Kind.SERVER, "down").backend("spare").build();
        Gateway gateway = Gateway.builder()
                .backend("main", new Failing(failure("first").build()))
                .backend("spare", new Failing(same), BackendPolicy.defaults().withCoolDown(0, Duration.ZERO))
                .fallbacks("main", List.of("spare"))
                .build();
        List<LlmException> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(thrownBy(gateway));
        }

        assertThat(all).hasSize(100);
        assertThat(same.getSuppressed().length).isLessThan(20);
    }
}
