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

/** Failures have the gateway's names for its backends instead of the providers' names. */
@Timeout(60)
class FailureRenamerTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    /** A provider named openai that fails with this failure. */
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

    /** The failure of a blocking call, without the wrapper that has the caller's stack. */
    private static LlmException reported(LlmProvider llm) {
        return (LlmException) thrownBy(llm).getCause();
    }

    @Test
    void theNameOfTheProviderIsReplaced() {
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
        inner.addSuppressed(new IllegalStateException("of another source"));
        Gateway gateway = Gateway.builder().backend("main", new Failing(inner)).build();

        LlmException reported = reported(gateway);

        assertThat(reported.backend()).isEqualTo("main");
        assertThat(reported).hasMessage("'main' answered 500: no.");
        assertThat(reported.getStackTrace()).isEqualTo(inner.getStackTrace());
        assertThat(reported.answer()).isEqualTo(inner.answer());
        assertThat(List.of(
                        reported.status().orElse(0),
                        reported.code(),
                        reported.model(),
                        reported.requestId(),
                        reported.serverMessage()))
                .isEqualTo(List.of(500, "oops", "m", "r1", "no"));
        assertThat(reported.retryAfter()).contains(Duration.ofSeconds(3));
        assertThat(reported.getSuppressed()).hasSize(2);
        assertThat(((LlmException) reported.getSuppressed()[0]).backend()).isEqualTo("main");
        assertThat(reported.getSuppressed()[1]).isSameAs(inner.getSuppressed()[1]);
        assertThat(inner.backend()).isEqualTo("openai");
    }

    @Test
    void causesAreRenamed() {
        LlmException cause = failure("'openai' answered 401.").build();
        Gateway gateway = Gateway.builder()
                .backend("main", new Failing(failure("no").cause(cause).build()))
                .build();

        LlmException named = (LlmException) reported(gateway).getCause();

        assertThat(named.backend()).isEqualTo("main");
        assertThat(named).hasMessage("'main' answered 401.");
        assertThat(named.getStackTrace()).isEqualTo(cause.getStackTrace());
    }

    @Test
    void eachFailureHasTheNameOfItsBackend() {
        Gateway gateway = Gateway.builder()
                .backend("main", new Failing(failure("first").build()))
                .backend("spare", new Failing(failure("second").build()))
                .fallbacks("main", List.of("spare"))
                .build();

        LlmException reported = reported(gateway);

        assertThat(reported.backend()).isEqualTo("spare");
        assertThat(((LlmException) reported.getSuppressed()[0]).backend()).isEqualTo("main");
    }

    @Test
    void anInnerGatewayHasTheNameInTheOuterGateway() {
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

        LlmException reported = reported(outer);

        assertThat(reported.backend()).isEqualTo("us");
        LlmException ofInner = (LlmException) reported.getSuppressed()[0];
        assertThat(ofInner.backend()).isEqualTo("eu");
        assertThat(((LlmException) ofInner.getSuppressed()[0]).backend()).isEqualTo("eu");
    }

    @Test
    void aFailureOfTheModelListIsRenamed() {
        Gateway gateway = Gateway.builder()
                .backend("main", new Failing(failure("no").build()))
                .build();

        LlmException thrown = catchThrowableOfType(LlmException.class, gateway::listModels);

        assertThat(thrown.backend()).isEqualTo("main");
    }

    @Test
    void cyclicFailuresCauseNoEndlessLoop() {
        LlmException one = failure("one").build();
        LlmException two = failure("two").build();
        one.addSuppressed(two);
        two.addSuppressed(one);

        assertThat(FailureRenamer.of(one, "main").backend()).isEqualTo("main");
    }

    @Test
    void aRepeatedFailureObjectDoesNotGrow() {
        LlmException same =
                LlmException.builder(Kind.SERVER, "down").backend("spare").build();
        Gateway gateway = Gateway.builder()
                .backend("main", new Failing(failure("first").build()))
                .backend(
                        "spare",
                        new Failing(same),
                        BackendPolicy.builder().coolDown(0, Duration.ZERO).build())
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
