package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.EventStream;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ModelInfo;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.StreamEvent.ToolCallComplete;
import dev.postern.StreamEvent.ToolCallDelta;
import dev.postern.StreamEvent.ToolCallStart;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.client.GatewayClient;
import dev.postern.client.GatewayClientBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code GatewayClient} with the server: a remote provider behaves like an embedded one. */
class RoundTripTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    private final FakeBackend main = new FakeBackend("main");
    private final FakeBackend alt = new FakeBackend("alt");
    private final TestServer served = TestServer.of(main, alt);
    private final GatewayClient client = builder().build();

    private GatewayClientBuilder builder() {
        return GatewayClient.builder().baseUrl("http://127.0.0.1:" + served.port());
    }

    @AfterEach
    void close() {
        client.close();
        served.close();
    }

    @Test
    void theContextArrivesIfTheClientSendsIt() {
        CallContext context = CallContext.builder()
                .id("job-7")
                .user("ann")
                .session("s 1")
                .tenant("acme")
                .within(Duration.ofMinutes(5))
                .with(CallContext.TRACE_PARENT, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .with(CallContext.Key.of("secret", String.class), "stays here")
                .build();

        try (GatewayClient sending = builder().sendContext(true).build()) {
            sending.completions(HELLO.withContext(context));
        }

        CallContext arrived = main.requests.remove().context();
        assertThat(arrived.id()).isEqualTo("job-7");
        assertThat(arrived.user()).isEqualTo("ann");
        assertThat(arrived.session()).isEqualTo("s 1");
        assertThat(arrived.tenant()).isEqualTo("acme");
        assertThat(arrived.remaining())
                .hasValueSatisfying(left -> assertThat(left).isLessThanOrEqualTo(Duration.ofMinutes(5)));
        assertThat(arrived.get(CallContext.TRACE_PARENT))
                .contains("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    }

    @Test
    void theContextStaysHereByDefault() {
        client.completions(HELLO.withContext(
                CallContext.builder().user("ann").tenant("acme").build()));

        CallContext arrived = main.requests.remove().context();
        assertThat(arrived.user()).isEmpty();
        assertThat(arrived.tenant()).isEmpty();
    }

    @Test
    void anAnswerIsTheSame() {
        CompletionResponse answer = FakeBackend.text("Grüße");
        main.answer = request -> CompletableFuture.completedFuture(answer);

        CompletionResponse received = client.completions(HELLO);

        assertThat(received.message()).isEqualTo(answer.message());
        assertThat(received.usage()).isEqualTo(answer.usage());
        assertThat(received.stopReason()).isEqualTo(answer.stopReason());
        assertThat(main.requests.remove().messages()).isEqualTo(HELLO.messages());
    }

    @Test
    void aStreamIsTheSameWithItsFragments() {
        List<StreamEvent> events = List.of(
                new ContentDelta("a\u2028b"),
                new ToolCallStart("1", "t"),
                new ToolCallDelta("1", "{\"a\":"),
                new ToolCallDelta("1", "1}"),
                new ToolCallComplete(ToolCall.of("1", "t", Map.of("a", 1))),
                FakeBackend.stop(),
                new StreamEvent.UsageReported(Usage.of(3, 2)));
        try (EventStream stream = EventStream.of(client.stream(HELLO))) {
            main.stream().emit(events.toArray(StreamEvent[]::new)).complete();

            assertThat(StreamSupport.stream(stream.spliterator(), false).map(RoundTripTest::withoutMetadata))
                    .isEqualTo(events);
        }
    }

    /** The client adds the request id to the metadata. */
    private static StreamEvent withoutMetadata(StreamEvent event) {
        return event instanceof StreamEvent.MessageStop stop
                ? new StreamEvent.MessageStop(stop.stopReason(), stop.model(), Map.of())
                : event;
    }

    @Test
    void aFailureKeepsItsKindAndRetryDelay() {
        main.answer = request -> CompletableFuture.failedFuture(LlmException.builder(Kind.RATE_LIMITED, "Too many.")
                .status(429)
                .retryAfter(Duration.ofSeconds(3))
                .build());

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> client.completions(HELLO))
                .returns(Kind.RATE_LIMITED, LlmException::kind)
                .satisfies(failure -> assertThat(failure.retryAfter()).contains(Duration.ofSeconds(3)));
    }

    @Test
    void aStreamFailsAtTheSamePlace() {
        try (EventStream stream = EventStream.of(client.stream(HELLO))) {
            main.stream().emit("one").fail(new LlmException(Kind.CONTENT_FILTER, "It says no more."));

            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(() -> stream.forEach(event -> assertThat(event).isEqualTo(new ContentDelta("one"))))
                    .returns(Kind.CONTENT_FILTER, LlmException::kind);
        }
    }

    @Test
    void aCancelledStreamCancelsTheCallOfTheBackend() throws Exception {
        FakeBackend.OpenStream upstream;
        try (EventStream stream = EventStream.of(client.stream(HELLO))) {
            upstream = main.stream().emit("one");
            assertThat(stream.iterator().next()).isEqualTo(new ContentDelta("one"));
        }
        upstream.cancelled.get(30, TimeUnit.SECONDS);
    }

    @Test
    void theBackendIsSelectedByName() {
        try (GatewayClient other = builder().backend("alt").build();
                GatewayClient lost = builder().backend("nope").build()) {
            assertThat(other.completions(HELLO).content()).isEqualTo("Hello from alt");
            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(() -> lost.completions(HELLO))
                    .withMessageContaining("Unknown llm provider 'nope'. Available: main, alt")
                    .returns(Kind.INVALID_REQUEST, LlmException::kind);
        }
    }

    @Test
    void modelsAndHealthAreForwarded() {
        main.models = List.of(new ModelInfo("m", "main", List.of("chat")));

        assertThat(client.listModels()).extracting(ModelInfo::name).containsExactly("m");
        assertThat(client.health().up()).isTrue();
    }
}
