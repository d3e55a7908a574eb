package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.call.Interceptor.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One call that passes several places, each with an instrumentation. */
@Timeout(60)
class NestedPlacesTest {
    private final Witness outer = new Witness();
    private final Witness inner = new Witness();
    private final List<String> asked = new ArrayList<>();

    private final LlmProvider provider = Events.provider(request -> Events.stream(Events.answer("a", "b")));

    private static Instrumentation with(CallListener listener) {
        return Instrumentation.builder().listener(listener).build();
    }

    /** A decorator that an application wrote, which knows nothing of attempts. */
    private record Decorator(LlmProvider llm) implements LlmProvider {
        @Override
        public String name() {
            return "decorator";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return llm.completionsAsync(request);
        }

        @Override
        public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
            return llm.stream(request);
        }
    }

    /** A decorator that says that the provider inside makes attempts. */
    private record Forwarding(LlmProvider llm) implements LlmProvider {
        @Override
        public String name() {
            return "forwarding";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return llm.completionsAsync(request);
        }

        @Override
        public boolean reportsAttempts() {
            return llm.reportsAttempts();
        }
    }

    @Test
    void twoListenersAreToldTheSameAttempts() throws Exception {
        with(outer).around(with(inner).around(provider)).completions(Events.HELLO);

        assertThat(outer.ended().news).isEqualTo(inner.ended().news).contains("attempt 1 FIRST", "ANSWERED of 1");
        assertThat(outer.only().start.callId()).isEqualTo(inner.only().start.callId());
        assertThat(outer.only().tokensOfCall())
                .isEqualTo(inner.only().tokensOfCall())
                .isEqualTo(9);
    }

    @Test
    void aDecoratorCountsAsOneAttemptAndWhatIsInsideSeesItsOwn() throws Exception {
        with(outer).around(new Decorator(with(inner).around(provider))).completions(Events.HELLO);

        assertThat(outer.ended().attempts).hasSize(1);
        assertThat(outer.only().attempts.get(0).start.backend()).isEqualTo("decorator");
        assertThat(inner.ended().attempts).hasSize(1);
        assertThat(inner.only().attempts.get(0).start.backend()).isEqualTo("scripted");
        assertThat(inner.only().tokensOfCall())
                .isEqualTo(outer.only().tokensOfCall())
                .isEqualTo(9);
    }

    /** Otherwise a budget that is registered there would not be asked. */
    @Test
    void attemptInterceptorsInsideOfADecoratorRun() {
        Interceptor budget = call -> {
            asked.add(call.target().orElseThrow().backend() + " "
                    + call.target().orElseThrow().number());
            return Decision.proceed();
        };
        LlmProvider checked =
                Instrumentation.builder().attemptInterceptor(budget).build().around(provider);

        with(outer).around(new Decorator(checked)).completions(Events.HELLO);

        assertThat(asked).containsExactly("scripted 1");
    }

    @Test
    void aDecoratorThatForwardsReportsAttemptsAddsNone() throws Exception {
        with(outer).around(new Forwarding(with(inner).around(provider))).completions(Events.HELLO);

        assertThat(outer.ended().attempts).hasSize(1);
        assertThat(outer.only().attempts.get(0).start.backend()).isEqualTo("scripted");
        assertThat(outer.only().news).isEqualTo(inner.ended().news);
    }

    @Test
    void theSameListenerAroundADecoratorIsToldOnce() throws Exception {
        with(outer).around(new Decorator(with(outer).around(provider))).completions(Events.HELLO);

        assertThat(outer.ended().attempts).hasSize(1);
    }

    @Test
    void anInterceptorOfAnInnerPlaceThatAnswersIsNamedToTheOuterOne() throws Exception {
        Interceptor cache = new Interceptor() {
            @Override
            public Decision begin(Invocation call) {
                return Decision.answer(CompletionResponse.builder()
                        .content("known")
                        .usage(Usage.of(5, 5))
                        .build());
            }

            @Override
            public String name() {
                return "cache";
            }
        };
        LlmProvider caching =
                Instrumentation.builder().interceptor(cache).build().around(provider);

        assertThat(with(outer).around(caching).completions(Events.HELLO).content())
                .isEqualTo("known");

        assertThat(outer.ended().end.answeredBy()).isEqualTo("cache");
        assertThat(outer.only().end.attempts()).isZero();
        assertThat(outer.only().end.spent()).isEmpty();
    }
}
