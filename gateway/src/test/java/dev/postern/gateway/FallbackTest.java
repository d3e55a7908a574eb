package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.Role;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.Timeouts;
import dev.postern.ToolCall;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.ManualTimer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The selection of fallbacks and the requests that they receive. */
@Timeout(60)
class FallbackTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    private final ManualTimer clock = new ManualTimer();
    private final ScriptedBackend first = new ScriptedBackend("first");
    private final ScriptedBackend second = new ScriptedBackend("second");
    private final ScriptedBackend third = new ScriptedBackend("third");
    private final GatewayBuilder builder = Gateway.builder()
            .backend("first", first)
            .backend("second", second)
            .backend("third", third)
            .fallbacks("first", List.of("second", "third"))
            .timer(clock);
    private Gateway gateway = builder.build();

    private static LlmException failure(Kind kind) {
        return new LlmException(kind, "It failed: " + kind + ".");
    }

    private static CompletionResponse answer(String text) {
        return CompletionResponse.builder().content(text).build();
    }

    private Recorder<StreamEvent> stream() {
        return Recorder.of(gateway.stream(HELLO));
    }

    @Test
    void aFallbackIsTriedBeforeTheFirstEvent() {
        Recorder<StreamEvent> stream = stream();

        first.only().fails(failure(Kind.SERVER));
        second.only().says("from second").completes();

        assertThat(stream.awaitComplete()).containsExactly(new ContentDelta("from second"));
        assertThat(third.count()).isZero();
    }

    @Test
    void anIllegalArgumentOfABackendIsReportedAsAnLlmException() {
        gateway = Gateway.builder().backend("first", first).timer(clock).build();
        Recorder<StreamEvent> stream = stream();

        first.only().fails(new IllegalArgumentException("on purpose"));

        assertThat(stream.awaitFailure(LlmException.class)).hasRootCauseMessage("on purpose");
    }

    @Test
    void noFallbackIsTriedAfterTheFirstEvent() {
        Recorder<StreamEvent> stream = stream();

        LlmException cut = failure(Kind.INCOMPLETE_STREAM);
        first.only().says("half an").fails(cut);

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        assertThat(stream.items()).containsExactly(new ContentDelta("half an"));
        assertThat(second.count()).isZero();
    }

    @Test
    void anEventWithoutTextCountsAsTheFirstEvent() {
        Recorder<StreamEvent> stream = stream();

        first.only().says(StreamEvent.ReasoningDelta.of("hm")).fails(failure(Kind.SERVER));

        stream.awaitFailure(LlmException.class);
        assertThat(second.count()).isZero();
    }

    @Test
    void fallbacksAreTriedInOrderAndTheLastFailureIsReported() {
        Recorder<StreamEvent> stream = stream();

        LlmException one =
                LlmException.builder(Kind.SERVER, "one").backend("first").build();
        LlmException two =
                LlmException.builder(Kind.TIMEOUT, "two").backend("second").build();
        LlmException three =
                LlmException.builder(Kind.OVERLOADED, "three").backend("third").build();
        first.only().fails(one);
        second.only().fails(two);
        third.only().fails(three);

        LlmException reported = stream.awaitFailure(LlmException.class);
        assertThat(reported).isSameAs(three).hasSuppressedException(two);
        assertThat(two).hasSuppressedException(one);
        assertThat(List.of(first.count(), second.count(), third.count())).containsOnly(1);
    }

    @Test
    void theFallbacksOfAFallbackAreNotUsed() {
        gateway = builder.fallbacks("second", List.of("first"))
                .fallbacks("first", List.of("second"))
                .build();
        Recorder<StreamEvent> stream = stream();

        first.only().fails(failure(Kind.SERVER));
        second.only().fails(failure(Kind.SERVER));

        stream.awaitFailure(LlmException.class);
        assertThat(first.count()).isOne();
        assertThat(third.count()).isZero();
    }

    /** The default kinds: another backend may succeed, whether or not a retry would. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void theKindOfFailureDecidesAboutTheFallback(Kind kind) {
        Set<Kind> expected = EnumSet.of(
                Kind.RATE_LIMITED,
                Kind.OVERLOADED,
                Kind.SERVER,
                Kind.TIMEOUT,
                Kind.CONNECTION,
                Kind.INCOMPLETE_STREAM,
                Kind.QUOTA,
                Kind.AUTHENTICATION,
                Kind.PERMISSION,
                Kind.NOT_FOUND,
                Kind.UNSUPPORTED,
                Kind.PROTOCOL);
        Recorder<StreamEvent> stream = stream();

        first.only().fails(failure(kind));

        assertThat(Gateway.fallbackKinds()).isEqualTo(expected);
        assertThat(second.count()).isEqualTo(expected.contains(kind) ? 1 : 0);
        assertThat(stream.isOver()).isEqualTo(!expected.contains(kind));
    }

    /** A forbidden retry applies to the same server only. */
    @Test
    void aFailureThatForbidsRetriesLeadsToTheFallback() {
        Recorder<StreamEvent> stream = stream();

        first.only()
                .fails(LlmException.builder(Kind.RATE_LIMITED, "No.")
                        .retryable(false)
                        .build());
        second.only().completes();

        stream.awaitComplete();
    }

    @Test
    void aConversationThatIsTooLongHasASeparateList() {
        gateway = builder.contextLengthFallbacks("first", List.of("third")).build();
        Recorder<StreamEvent> stream = stream();

        first.only().fails(failure(Kind.CONTEXT_LENGTH));
        third.only().says("I read it all").completes();

        assertThat(stream.awaitComplete()).containsExactly(new ContentDelta("I read it all"));
        assertThat(second.count()).isZero();
    }

    @Test
    void aFilteredRequestHasASeparateList() {
        gateway = builder.contentFilterFallbacks("first", List.of("third")).build();
        Recorder<StreamEvent> stream = stream();

        first.only().fails(failure(Kind.CONTENT_FILTER));
        third.only().completes();

        stream.awaitComplete();
        assertThat(second.count()).isZero();
    }

    @Test
    void aFailureOfAFallbackIsHandledByItsKind() {
        gateway = builder.contextLengthFallbacks("first", List.of("third")).build();
        Recorder<StreamEvent> stream = stream();

        first.only().fails(failure(Kind.SERVER));
        second.only().fails(failure(Kind.CONTEXT_LENGTH));
        third.only().completes();

        stream.awaitComplete();
    }

    @Test
    void aGroupCanBeAFallback() {
        gateway = builder.group("spares", Map.of("second", 1, "third", 1))
                .fallbacks("first", List.of("spares"))
                .random(() -> 0.99)
                .build();
        Recorder<StreamEvent> stream = stream();

        first.only().fails(failure(Kind.SERVER));
        ScriptedBackend drawn = second.count() == 1 ? second : third;
        drawn.only().fails(failure(Kind.SERVER));
        ScriptedBackend other = drawn == second ? third : second;
        other.only().completes();

        stream.awaitComplete();
    }

    // ---- whole answers

    @Test
    void aWholeAnswerCanComeFromTheFallback() throws Exception {
        CompletableFuture<CompletionResponse> answer = gateway.completionsAsync(HELLO);

        first.only().answer.completeExceptionally(failure(Kind.CONNECTION));
        second.only().answer.complete(answer("from second"));

        assertThat(answer.get().content()).isEqualTo("from second");
    }

    @Test
    void anExceptionOfAProviderIsReportedWithItsName() {
        gateway = Gateway.builder()
                .backend("broken", new ThrowingProvider())
                .backend("second", second)
                .fallbacks("broken", List.of("second"))
                .build();

        ExecutionException thrown = catchThrowableOfType(
                ExecutionException.class, () -> gateway.completionsAsync(HELLO).get());

        assertThat(thrown.getCause()).isInstanceOfSatisfying(LlmException.class, failure -> {
            assertThat(failure.kind()).isEqualTo(Kind.SERVER);
            assertThat(failure.backend()).isEqualTo("broken");
        });
        LlmException streamed = Recorder.of(gateway.stream(HELLO)).awaitFailure(LlmException.class);
        assertThat(streamed.backend()).isEqualTo("broken");
        assertThat(second.count()).isZero(); // a defect of the provider is not an outage
    }

    private record ThrowingProvider() implements LlmProvider {
        @Override
        public String name() {
            return "";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            throw new IllegalStateException("not today");
        }

        @Override
        public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
            throw new IllegalStateException("not today");
        }
    }

    // ---- demand and cancellation

    @Test
    void demandIsKeptAcrossASwitch() {
        Recorder<StreamEvent> stream = Recorder.<StreamEvent>requesting(3).on(gateway.stream(HELLO));

        assertThat(first.only().requested()).isEqualTo(3);
        first.only().fails(failure(Kind.SERVER));
        assertThat(second.only().requested()).isEqualTo(3);
        second.only().says("a", "b", "c");
        stream.request(2);
        assertThat(second.only().requested()).isEqualTo(5);
        second.only().says("d", "e").completes();

        assertThat(stream.awaitComplete()).hasSize(5);
    }

    @Test
    void theFallbackGetsNoDemandBeyondTheRequestedItems() {
        Recorder<StreamEvent> stream = Recorder.<StreamEvent>requesting(0).on(gateway.stream(HELLO));

        first.only().fails(failure(Kind.SERVER));

        assertThat(second.only().requested()).isZero();
        stream.request(1);
        assertThat(second.only().requested()).isOne();
    }

    @Test
    void aCancelledCallCancelsTheFallback() {
        Recorder<StreamEvent> stream = stream();
        first.only().fails(failure(Kind.SERVER));

        stream.cancel();

        assertThat(second.only().isCancelled()).isTrue();
        second.only().says("too late").fails(failure(Kind.SERVER));
        assertThat(third.count()).isZero();
        assertThat(stream.items()).isEmpty();
        assertThat(stream.isOver()).isFalse();
        stream.assertNoViolations();
    }

    @Test
    void aCancelledFutureCancelsTheFallback() {
        CompletableFuture<CompletionResponse> answer = gateway.completionsAsync(HELLO);
        first.only().answer.completeExceptionally(failure(Kind.SERVER));

        answer.cancel(true);

        assertThat(second.only().isCancelled()).isTrue();
    }

    // ---- the request to the fallback

    @Test
    void theFallbackGetsNoDataForTheFirstBackend() {
        Message said = new Message(
                Role.ASSISTANT,
                List.of(
                        new Content.Reasoning("Let me see.", "c2lnbmVk", "", ProviderData.NONE),
                        new Content.Reasoning("", "", "cmVkYWN0ZWQ=", ProviderData.NONE),
                        Content.text("I will look."),
                        ToolCall.of("c1", "look", Map.of("at", "it"))
                                .with(new ProviderData("gemini", Map.of("thought_signature", "xyz")))));
        CompletionRequest request = CompletionRequest.builder()
                .user("Look at it.")
                .message(said)
                .toolResults(ToolResult.of("c1", "It is blue."))
                .extra(Map.of("service_tier", "flex"))
                .options(CallOptions.builder()
                        .apiKey("key of the first")
                        .header("Authorization", "secret of the first")
                        .query("tenant", "blue")
                        .credential("aws_region", "us-west-2")
                        .timeouts(Timeouts.defaults().withIdle(Duration.ofSeconds(7)))
                        .build())
                .build();
        Recorder<StreamEvent> stream = Recorder.of(gateway.stream(request));

        first.only().fails(failure(Kind.SERVER));
        second.only().completes();

        stream.awaitComplete();
        assertThat(first.only().request).isSameAs(request);
        CompletionRequest sent = second.only().request;
        assertThat(sent.messages().get(1))
                .isEqualTo(new Message(
                        Role.ASSISTANT,
                        List.of(
                                Content.Reasoning.of("Let me see."),
                                Content.text("I will look."),
                                ToolCall.of("c1", "look", Map.of("at", "it")))));
        assertThat(sent.messages().get(2)).isEqualTo(request.messages().get(2));
        assertThat(sent.extra()).isEmpty();
        assertThat(sent.options().apiKey()).isEmpty();
        assertThat(sent.options().headers()).isEmpty();
        assertThat(sent.options().query()).isEmpty();
        assertThat(sent.options().credentials()).isEmpty();
        assertThat(sent.options().timeouts()).isEqualTo(request.options().timeouts());
    }

    @Test
    void theFallbackGetsTheCredentialsUnderItsName() {
        CallOptions options = CallOptions.builder()
                .apiKey("key of the first")
                .backend(
                        "second",
                        CallOptions.builder().apiKey("key of the second").build())
                .backend(
                        "third",
                        CallOptions.builder().apiKey("key of the third").build())
                .build();
        Recorder.of(gateway.stream(HELLO.toBuilder().options(options).build()));

        first.only().fails(failure(Kind.SERVER));

        assertThat(first.only().request.options().apiKey()).isEqualTo("key of the first");
        assertThat(second.only().request.options().apiKey()).isEqualTo("key of the second");
    }

    @Test
    void theFallbackGetsNoVendorToolChoiceAndNoEmptyMessage() {
        Message redacted =
                new Message(Role.ASSISTANT, List.of(new Content.Reasoning("", "", "cmVkYWN0ZWQ=", ProviderData.NONE)));
        CompletionRequest request = CompletionRequest.builder()
                .user("Look at it.")
                .message(redacted)
                .user("Well?")
                .tools(List.of(new ToolDefinition("look", "", Map.of())))
                .toolChoice(new ToolChoice.Vendor(Map.of("type", "allowed_tools")))
                .build();
        Recorder.of(gateway.stream(request));

        first.only().fails(failure(Kind.SERVER));

        CompletionRequest sent = second.only().request;
        assertThat(sent.toolChoice()).isEmpty();
        assertThat(sent.messages())
                .containsExactly(request.messages().get(0), request.messages().get(2));
    }

    @Test
    void membersOfAGroupGetTheUnchangedRequest() {
        gateway = builder.group("pool", new TreeMap<>(Map.of("first", 1, "second", 1)))
                .random(() -> 0)
                .build();
        CompletionRequest request = CompletionRequest.builder()
                .backend("pool")
                .user("Hi")
                .message(new Message(Role.ASSISTANT, List.of(new Content.Reasoning("", "c2ln", "", ProviderData.NONE))))
                .user("Go on")
                .extra(Map.of("service_tier", "flex"))
                .build();
        Recorder<StreamEvent> stream = Recorder.of(gateway.stream(request));

        first.only().fails(failure(Kind.SERVER));
        second.only().completes();

        stream.awaitComplete();
        assertThat(second.only().request.messages()).isEqualTo(request.messages());
        assertThat(second.only().request.extra()).isEqualTo(request.extra());
        assertThat(second.only().request.backend()).isEmpty();
    }
}
