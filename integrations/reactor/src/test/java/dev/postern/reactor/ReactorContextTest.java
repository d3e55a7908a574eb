package dev.postern.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.call.CallListener.CallWatch;
import dev.postern.call.Instrumentation;
import dev.postern.call.Interceptor.Decision;
import dev.postern.testkit.FakeLlm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** What a call gets from the Reactor Context of its subscriber. */
@Timeout(60)
class ReactorContextTest {
    @RegisterExtension
    static final Colour COLOUR = new Colour();

    private static final CompletionRequest REQUEST = CompletionRequest.of("Hello");
    private static final Duration WAIT = Duration.ofSeconds(30);

    private final FakeLlm llm = FakeLlm.answering("Hello").repeatLast();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    /** One call of each kind, on another thread, with this Reactor Context. */
    private static void callBoth(ReactorLlm reactive, CompletionRequest request, ContextView context) {
        reactive.completions(request)
                .subscribeOn(Schedulers.boundedElastic())
                .contextWrite(context)
                .block(WAIT);
        reactive.text(request)
                .subscribeOn(Schedulers.boundedElastic())
                .contextWrite(context)
                .blockLast(WAIT);
    }

    @Test
    void theContextOfTheSubscriberCompletesThatOfTheRequest() {
        CallContext given = CallContext.builder().user("ann").tenant("acme").build();
        CallContext own = CallContext.builder().user("bob").build();

        callBoth(ReactorLlm.of(llm), REQUEST.withContext(own), Context.of(CallContext.class, given, "key", "value"));

        assertThat(llm.requests())
                .hasSize(2)
                .extracting(CompletionRequest::context)
                .allSatisfy(context -> {
                    assertThat(context.user()).isEqualTo("bob");
                    assertThat(context.tenant()).isEqualTo("acme");
                    assertThat(context.get(ReactorContext.VIEW).orElseThrow().<String>get("key"))
                            .isEqualTo("value");
                });
    }

    @Test
    void withoutAContextNothingIsAdded() {
        ReactorLlm reactive = ReactorLlm.of(llm);

        reactive.completions(REQUEST).block(WAIT);
        reactive.text(REQUEST).blockLast(WAIT);

        assertThat(llm.requests())
                .extracting(CompletionRequest::context)
                .containsExactly(CallContext.NONE, CallContext.NONE);
    }

    @Test
    void somethingElseUnderTheKeyFailsTheCall() {
        Context wrong = Context.of(CallContext.class, "ann");

        StepVerifier.create(ReactorLlm.of(llm).text(REQUEST).contextWrite(wrong))
                .expectError(ClassCastException.class)
                .verify(WAIT);
        StepVerifier.create(ReactorLlm.of(llm).completions(REQUEST).contextWrite(wrong))
                .expectError(ClassCastException.class)
                .verify(WAIT);
        assertThat(llm.requests()).isEmpty();
    }

    @Test
    void listenersAreAskedUnderTheThreadLocalsOfTheSubscriber() {
        ReactorLlm reactive = ReactorLlm.of(Instrumentation.builder()
                .listener(call -> {
                    seen.add(Colour.current());
                    return CallWatch.NONE;
                })
                .build()
                .around(llm));

        callBoth(reactive, REQUEST, Context.of(Colour.KEY, "red"));

        assertThat(seen).containsExactly("red", "red");
        assertThat(Colour.current()).isEqualTo("none");
    }

    /** The second interceptor is asked on the thread of the first one's decision. */
    @Test
    void interceptorsRunUnderThemWithTheBinding() {
        ReactorLlm reactive = ReactorLlm.of(Instrumentation.builder()
                .interceptor(call -> Decision.later(CompletableFuture.supplyAsync(() -> {
                    seen.add("other thread: " + Colour.current());
                    return Decision.proceed();
                })))
                .interceptor(call -> {
                    seen.add("bound: " + Colour.current());
                    return Decision.proceed();
                })
                .binding(ReactorContext.binding())
                .build()
                .around(llm));

        callBoth(reactive, REQUEST, Context.of(Colour.KEY, "red"));

        assertThat(seen).containsExactly("other thread: none", "bound: red", "other thread: none", "bound: red");
    }

    @Test
    void threadLocalsCanBeCapturedForCallsThatReactorDoesNotMake() {
        Colour.set("blue");
        CallContext captured;
        try {
            captured = ReactorContext.capture(
                    CallContext.builder().user("ann").build().with(ReactorContext.VIEW, Context.of("key", "value")));
        } finally {
            Colour.clear();
        }
        assertThat(captured.user()).isEqualTo("ann");

        ReactorContext.binding().run(captured, () -> seen.add(Colour.current()));
        ReactorContext.binding().run(CallContext.NONE, () -> seen.add(Colour.current()));

        assertThat(seen).containsExactly("blue", "none");
        assertThat(captured.get(ReactorContext.VIEW).orElseThrow().<String>get("key"))
                .isEqualTo("value");
    }

    @Test
    void thePartsOfACallGetItsContext() {
        CallContext call = CallContext.builder()
                .parent("run")
                .with(ReactorContext.VIEW, Context.of("key", "value"))
                .build();

        ReactorLlm.of(llm)
                .completions(REQUEST)
                .contextWrite(ReactorContext.of(call))
                .block(WAIT);

        CallContext context = llm.request(0).context();
        assertThat(context.parent()).isEqualTo("run");
        assertThat(context.get(ReactorContext.VIEW).orElseThrow().<String>get("key"))
                .isEqualTo("value");
    }

    @Test
    void aCallWithoutAReactorContextHasItsOwnContextOnly() {
        Context view = ReactorContext.of(CallContext.builder().user("ann").build());

        assertThat(view.size()).isEqualTo(1);
        assertThat(view.<CallContext>get(CallContext.class).user()).isEqualTo("ann");
    }
}
