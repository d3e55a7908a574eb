package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.http.HttpTransport;
import dev.postern.http.RetryPolicy;
import dev.postern.http.WireLog;
import dev.postern.http.WireRecorder;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.project.CapturedLog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the wire log shows of calls of this provider. */
@Timeout(60)
class WireLogTest {
    private static final CompletionRequest HI =
            CompletionRequest.builder().model("m").user("Hi").build();

    private final CapturedLog log = CapturedLog.of("dev.postern.wire");

    @AfterEach
    void close() {
        log.close();
    }

    private static OpenAiProviderBuilder provider(ScriptedServer server) {
        return OpenAiProvider.builder().baseUrl(server.uri() + "/v1").apiKey("sk-s3cret-key");
    }

    private static ScriptedServer answering() {
        return new ScriptedServer(exchange -> exchange.beginChunked(200, "text/event-stream")
                .chunk("data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n")
                .chunk(
                        "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
                .lastChunk());
    }

    private static String shown(List<String> messages) {
        return String.join("\n", messages)
                .replaceAll("(?m)^#\\d+ ", "#N ")
                .replaceAll("127.0.0.1:\\d+", "HOST")
                .replaceAll("\\d+ ms", "T ms")
                .replaceAll("call [0-9a-f]{16}", "call ID");
    }

    @Test
    void aStream() {
        try (ScriptedServer server = answering();
                HttpTransport transport =
                        HttpTransport.builder().wireLog(WireLog.bodies()).build();
                OpenAiProvider llm = provider(server)
                        .transport(transport)
                        .instrumentation(Instrumentation.builder()
                                .listener(call -> CallListener.CallWatch.NONE)
                                .build())
                        .build()) {
            Recorder.of(llm.stream(HI)).awaitComplete();

            assertThat(shown(log.await(1, "complete"))).isEqualTo("""
                            #N POST http://HOST/v1/chat/completions (call ID, attempt 1)
                             > Accept: text/event-stream
                             > Authorization: Bearer ***
                             > Content-Type: application/json
                             > User-Agent: postern
                             > {"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":true,"stream_options":{"include_usage":true}}
                            #N 200 after T ms
                             < content-type: text/event-stream
                             < transfer-encoding: chunked
                            #N after T ms
                             < data: {"id":"c1","choices":[{"index":0,"delta":{"content":"Hello"}}]}
                            #N after T ms
                             < data: {"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}
                            #N after T ms
                             < data: [DONE]
                            #N POST http://HOST/v1/chat/completions 200 in T ms, 111 bytes sent, 162 received, complete (call ID, attempt 1)""");
        }
    }

    @Test
    void oneProviderOfTwo() {
        WireRecorder recorder = new WireRecorder(3, 100_000);
        recorder.start();
        try (ScriptedServer server = answering();
                OpenAiProvider seen = provider(server)
                        .wireLog(WireLog.lines())
                        .recorder(recorder)
                        .build();
                OpenAiProvider other = provider(server).build()) {
            Recorder.of(other.stream(HI)).awaitComplete();
            assertThat(recorder.exchanges()).isEmpty();

            Recorder.of(seen.stream(HI)).awaitComplete();

            assertThat(shown(log.await(1, "complete")))
                    .isEqualTo(
                            "#N POST http://HOST/v1/chat/completions 200 in T ms, 111 bytes sent, 162 received, complete");
            assertThat(recorder.exchanges())
                    .singleElement()
                    .satisfies(each -> assertThat(each.requestHead()).contains("Authorization: Bearer ***"));
        }
    }

    /** The call decides before the provider. */
    @Test
    void oneCallOfALoggedProviderIsNotLogged() {
        try (ScriptedServer server = answering();
                OpenAiProvider llm = provider(server).wireLog(WireLog.bodies()).build()) {
            CallContext quiet =
                    CallContext.builder().with(WireLog.KEY, WireLog.off()).build();
            Recorder.of(llm.stream(HI.withContext(quiet))).awaitComplete();
            CallContext brief =
                    CallContext.builder().with(WireLog.KEY, WireLog.lines()).build();
            Recorder.of(llm.stream(HI.withContext(brief))).awaitComplete();

            assertThat(log.await(1, "complete")).hasSize(1);
        }
    }

    @Test
    void oneCallOfAnyProvider() {
        try (ScriptedServer server = answering();
                OpenAiProvider llm = provider(server).build()) {
            CallContext context =
                    CallContext.builder().with(WireLog.KEY, WireLog.lines()).build();

            Recorder.of(llm.stream(HI.withContext(context))).awaitComplete();

            assertThat(shown(log.await(1, "complete")))
                    .isEqualTo(
                            "#N POST http://HOST/v1/chat/completions 200 in T ms, 111 bytes sent, 162 received, complete");
        }
    }

    @Test
    void attemptsOfACall() {
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.answer(
                        asked.incrementAndGet() == 1 ? 503 : 401,
                        "application/json",
                        "{\"error\":{\"message\":\"Incorrect API key: sk-s3cret-key\"}}"));
                HttpTransport transport = HttpTransport.builder()
                        .retries(RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(1)))
                        .wireLog(WireLog.lines())
                        .build();
                OpenAiProvider llm = provider(server)
                        .transport(transport)
                        .instrumentation(Instrumentation.builder()
                                .listener(call -> CallListener.CallWatch.NONE)
                                .build())
                        .build()) {
            Throwable thrown = catchThrowable(() -> llm.completions(HI));

            assertThat(thrown).isNotNull();
            String all = shown(log.await(2, "bytes sent"));
            assertThat(all).contains(" 503 in T ms, ").contains("OVERLOADED: ").contains("(call ID, attempt 1)\n");
            assertThat(all)
                    .contains(" 401 in T ms, ")
                    .contains("AUTHENTICATION: ")
                    .endsWith("(call ID, attempt 2)");
            assertThat(all).doesNotContain("s3cret");
        }
    }

    @Test
    void anImageIsShortenedAndTheRecorderHasNoKey() {
        WireRecorder recorder = new WireRecorder(3, 100_000);
        recorder.start();
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.answer(
                        401, "application/json", "{\"error\":{\"message\":\"Incorrect API key: sk-s3cret-key\"}}"));
                HttpTransport transport =
                        HttpTransport.builder().recorder(recorder).build();
                OpenAiProvider llm = provider(server).transport(transport).build()) {
            CompletionRequest request = CompletionRequest.builder()
                    .model("m")
                    .message(Message.user(Content.text("sk-s3cret-key"), Content.image("image/png", new byte[30_000])))
                    .build();

            catchThrowable(() -> llm.completions(request));

            assertThat(recorder.toString())
                    .contains("base64,AAAAA… (40,000 characters)\"")
                    .contains("Incorrect API key: ***")
                    .contains(" = AUTHENTICATION: ")
                    .doesNotContain("s3cret");
        }
    }
}
