package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.Interceptor.Decision;
import dev.postern.call.Interceptor.Invocation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that are made with the context of a call, such as those of a guardrail that asks a judge. */
@Timeout(60)
class ChildCallsTest {
    private static final CompletionRequest QUESTION = CompletionRequest.of("Is this allowed?");

    private final Witness witness = new Witness();
    private final LlmProvider provider = Events.provider(request -> Events.stream(Events.answer("a", "b", "c")));
    /** A provider that has something registered, but no listener. */
    private final LlmProvider judge = Instrumentation.builder()
            .attemptInterceptor(call -> Decision.proceed())
            .build()
            .around(Events.provider(request -> Events.stream(Events.answer("yes"))));

    private void ask(CallContext context) {
        assertThat(judge.completions(QUESTION.withContext(context)).content()).isEqualTo("yes");
    }

    private LlmProvider with(Interceptor interceptor) {
        return Instrumentation.builder()
                .listener(witness)
                .interceptor(interceptor)
                .build()
                .around(provider);
    }

    /** Makes the call, and checks that it was not changed by the child that it has. Returns the child. */
    private Witness.Seen childOf(LlmProvider llm) throws InterruptedException {
        return childOf(llm, 8);
    }

    private Witness.Seen childOf(LlmProvider llm, long tokens) throws InterruptedException {
        assertThat(llm.completions(Events.HELLO.withContext(
                                CallContext.builder().id("job").parent("run").build()))
                        .content())
                .isEqualTo("abc");
        assertThat(witness.calls).hasSize(2);
        Witness.Seen outer = null;
        Witness.Seen child = null;
        for (Witness.Seen each : witness.calls) {
            assertThat(each.over.await(30, TimeUnit.SECONDS)).isTrue();
            if (each.start.request().question().equals(QUESTION.question())) {
                child = each;
            } else {
                outer = each;
            }
        }
        assertThat(witness.violations).isEmpty();
        assertThat(outer.news).contains("attempt 1 FIRST", "ANSWERED of 1").doesNotContain("attempt 2 FALLBACK");
        assertThat(outer.end.attempts()).isEqualTo(1);
        assertThat(outer.tokensOfCall()).isEqualTo(10);
        assertThat(outer.end.wasted()).isEmpty();
        assertThat(outer.start.context().parent()).isEqualTo("run");
        assertThat(child.start.callId()).isNotEqualTo(outer.start.callId());
        assertThat(child.start.context().parent()).isEqualTo(outer.start.callId());
        assertThat(child.start.context().id()).isEqualTo("job");
        assertThat(child.news).contains("attempt 1 FIRST", "ANSWERED of 1", "end ANSWERED");
        assertThat(child.tokensOfCall()).isEqualTo(tokens);
        return child;
    }

    @Test
    void aCallThatAnInterceptorMakesBeforeItProceedsIsAChild() throws Exception {
        childOf(with(call -> {
            ask(call.context());
            return Decision.proceed();
        }));
    }

    @Test
    void theContextOfTheRequestBeginsAChildToo() throws Exception {
        childOf(with(call -> {
            ask(call.request().context());
            return Decision.proceed();
        }));
    }

    @Test
    void aChildOfTheContextIsTheSame() throws Exception {
        childOf(with(call -> {
            ask(call.context().child().child());
            return Decision.proceed();
        }));
    }

    @Test
    void aCallOfAnAttemptInterceptorIsAChild() throws Exception {
        childOf(Instrumentation.builder()
                .listener(witness)
                .attemptInterceptor(call -> {
                    ask(call.context());
                    return Decision.proceed();
                })
                .build()
                .around(provider));
    }

    @Test
    void aListenerOfBothIsToldOnceAboutTheChild() throws Exception {
        LlmProvider seen = Instrumentation.builder().listener(witness).build().around(provider);

        childOf(
                with(call -> {
                    seen.completions(QUESTION.withContext(call.context()));
                    return Decision.proceed();
                }),
                10);
    }

    @Test
    void aListenerOfTheChildOnlyIsTold() throws Exception {
        Witness own = new Witness();
        LlmProvider seen = Instrumentation.builder().listener(own).build().around(judge);

        Witness.Seen child = childOf(with(call -> {
            seen.completions(QUESTION.withContext(call.context()));
            return Decision.proceed();
        }));

        assertThat(own.ended().start.callId()).isEqualTo(child.start.callId());
        assertThat(own.only().news).isEqualTo(child.news);
    }

    /** A filter that makes a call at one of its points. */
    private record Filter(Invocation call, String point, Consumer<CallContext> asks) implements EventFilter {
        private void at(String here) {
            if (here.equals(point)) {
                asks.accept(call.context());
            }
        }

        @Override
        public void onOpen() {
            at("open");
        }

        @Override
        public void onEvent(StreamEvent event, Output out) {
            out.emit(event);
            if (event instanceof StreamEvent.ContentDelta) {
                at("event");
                out.await(CompletableFuture.runAsync(() -> at("await")), done -> at("then"));
            }
        }

        @Override
        public void onEnd(LlmException failure, Output out) {
            at("end");
        }

        @Override
        public void onClose(Outcome outcome, LlmException failure) {
            at("close");
        }
    }

    @Test
    void aCallOfAFilterIsAChildAtEachPoint() throws Exception {
        for (String point : List.of("open", "event", "await", "then", "end", "close")) {
            witness.calls.clear();

            childOf(with(call -> Decision.proceed(new Filter(call, point, this::ask))));
        }
    }

    @Test
    void aCallThatIsMadeAfterTheEndIsAChild() throws Exception {
        List<CallContext> kept = new ArrayList<>();
        LlmProvider llm = with(call -> {
            kept.add(call.context());
            return Decision.proceed();
        });
        LlmProvider late = new LlmProvider() {
            @Override
            public String name() {
                return "late";
            }

            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                CompletionResponse answer = llm.completions(request);
                ask(kept.get(0));
                return CompletableFuture.completedFuture(answer);
            }
        };

        childOf(late);
    }

    @Test
    void aCallOfAListenerIsAChild() throws Exception {
        for (String point : List.of("begin", "attempt", "end")) {
            witness.calls.clear();
            CallListener asking = start -> {
                boolean outer = start.context().parent().equals("run");
                if (outer && point.equals("begin")) {
                    ask(start.context());
                }
                return new CallListener.CallWatch() {
                    @Override
                    public CallListener.AttemptWatch attempt(CallListener.AttemptStart attempt) {
                        if (outer && point.equals("attempt")) {
                            ask(attempt.context());
                        }
                        return CallListener.AttemptWatch.NONE;
                    }

                    @Override
                    public void end(CallListener.CallEnd end) {
                        if (outer && point.equals("end")) {
                            ask(start.request().context());
                        }
                    }
                };
            };

            childOf(Instrumentation.builder()
                    .listener(witness)
                    .listener(asking)
                    .build()
                    .around(provider));
        }
    }

    @Test
    void whatGoesOnStaysInside() throws Exception {
        CallContext.Key<String> colour = CallContext.Key.of("colour", String.class);
        List<CallContext> below = new ArrayList<>();
        List<Interceptor> proceeding = List.of(
                call -> Decision.proceed(call.request(), Decision.PASS),
                call -> Decision.proceed(QUESTION, Decision.PASS),
                call -> Decision.proceed(QUESTION.withContext(call.context()), Decision.PASS),
                call -> Decision.proceed(
                        call.request().withContext(call.context().with(colour, "red")), Decision.PASS));
        for (Interceptor each : proceeding) {
            witness.calls.clear();
            LlmProvider inner = Instrumentation.builder()
                    .listener(witness)
                    .build()
                    .around(Events.provider(request -> {
                        below.add(request.context());
                        return provider.stream(request);
                    }));

            Instrumentation.builder()
                    .listener(witness)
                    .interceptor(each)
                    .attemptInterceptor(each)
                    .build()
                    .around(inner)
                    .completions(Events.HELLO);

            assertThat(witness.ended().news).contains("attempt 1 FIRST", "end ANSWERED");
            assertThat(witness.only().end.attempts()).isEqualTo(1);
        }
        assertThat(below.get(below.size() - 1).get(colour)).contains("red");
    }

    /** A provider that knows nothing of calls, and asks the judge in the middle of its own work. */
    private record Decorator(LlmProvider llm, Consumer<CallContext> asks) implements LlmProvider {
        @Override
        public String name() {
            return "decorator";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            asks.accept(request.context().child());
            return llm.completionsAsync(request);
        }

        @Override
        public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
            asks.accept(request.context().child());
            return llm.stream(request);
        }
    }

    @Test
    void aProviderMakesAChildWithChild() throws Exception {
        LlmProvider seen = Instrumentation.builder().listener(witness).build().around(judge);
        LlmProvider decorator = new Decorator(provider, context -> seen.completions(QUESTION.withContext(context)));

        childOf(Instrumentation.builder().listener(witness).build().around(decorator));
    }

    /** Its answer may contain the tokens of what it has asked for, as that of an agent does. */
    @Test
    void whoSeesAProviderAsOneAttemptIsNotToldItsChildren() throws Exception {
        LlmProvider decorator = new Decorator(provider, this::ask);

        Instrumentation.builder().listener(witness).build().around(decorator).completions(Events.HELLO);

        assertThat(witness.ended().end.attempts()).isEqualTo(1);
    }
}
