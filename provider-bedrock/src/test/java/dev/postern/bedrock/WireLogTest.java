package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpTransport;
import dev.postern.http.WireLog;
import dev.postern.http.WireRecorder;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.WireServer;
import dev.postern.testkit.project.CapturedLog;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the wire log shows of calls of this provider. */
@Timeout(60)
class WireLogTest {
    private final CapturedLog log = CapturedLog.of("dev.postern.wire");

    @AfterEach
    void close() {
        log.close();
    }

    private static BedrockProviderBuilder provider(String endpoint) {
        return BedrockProvider.builder()
                .endpoint(endpoint)
                .region("us-east-1")
                .defaultModel("m")
                .credentials(new AwsCredentials(Secrets.ID, Secrets.KEY, Secrets.TOKEN));
    }

    @Test
    void oneProviderOfTwo() {
        WireRecorder recorder = new WireRecorder(3, 100_000);
        recorder.start();
        try (WireServer server = WireServer.bedrock().answer("Hi").times(2);
                BedrockProvider seen = provider(server.url())
                        .wireLog(WireLog.lines())
                        .recorder(recorder)
                        .build();
                BedrockProvider other = provider(server.url()).build()) {
            other.completions(CompletionRequest.of("Hello"));
            assertThat(recorder.exchanges()).isEmpty();

            seen.completions(CompletionRequest.of("Hello"));

            assertThat(log.await(1, "complete")).singleElement().asString().contains("/model/m/converse 200");
            assertThat(recorder.exchanges()).hasSize(1);
            assertThat(recorder.toString()).contains("***").doesNotContain("S3CR3T");
        }
    }

    @Test
    void aSharedTransportHasItsOwn() {
        try (HttpTransport shared = HttpTransport.builder().build()) {
            for (UnaryOperator<BedrockProviderBuilder> setting : List.<UnaryOperator<BedrockProviderBuilder>>of(
                    it -> it.wireLog(WireLog.lines()), it -> it.recorder(new WireRecorder(1, 1000)))) {
                assertThatThrownBy(
                                () -> setting.apply(provider("http://localhost").transport(shared))
                                        .build())
                        .isInstanceOfSatisfying(
                                LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                        .hasMessageContaining("set wireLog and recorder on the transport");
            }
        }
    }

    @Test
    void aStreamShowsItsFramesAndNoSignature() {
        WireRecorder recorder = new WireRecorder(3, 100_000);
        recorder.start();
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.beginChunked(200, Frames.TYPE)
                        .chunk(Frames.start())
                        .chunk(Frames.text(0, "It is " + Secrets.TOKEN))
                        .chunk(Frames.stop("end_turn"))
                        .chunk(Frames.usage(3, 2))
                        .lastChunk());
                HttpTransport transport = HttpTransport.builder()
                        .wireLog(WireLog.bodies())
                        .recorder(recorder)
                        .build();
                BedrockProvider llm = BedrockProvider.builder()
                        .endpoint(server.uri().toString())
                        .region("us-east-1")
                        .credentials(new AwsCredentials(Secrets.ID, Secrets.KEY, Secrets.TOKEN))
                        .transport(transport)
                        .build()) {
            Recorder.of(llm.stream(
                            CompletionRequest.builder().model("m").user("Hi").build()))
                    .awaitComplete();

            String all = String.join("\n", log.await(1, "complete"))
                    .replaceAll("(?m)^#\\d+ ", "#N ")
                    .replaceAll("127.0.0.1:\\d+", "HOST")
                    .replaceAll("\\d+ ms", "T ms")
                    .replaceAll("\\d{8}T\\d{6}Z", "DATE")
                    .replaceAll("[0-9a-f]{64}", "HASH")
                    .replaceAll(" :content-type=application/json :message-type=event", " …");
            assertThat(all).isEqualTo("""
                            #N POST http://HOST/model/m/converse-stream
                             > Accept: application/vnd.amazon.eventstream
                             > Authorization: AWS4-HMAC-SHA256 ***
                             > Content-Type: application/json
                             > User-Agent: postern
                             > X-Amz-Date: DATE
                             > X-Amz-Security-Token: ***
                             > {"messages":[{"role":"user","content":[{"text":"Hi"}]}]}
                            #N 200 after T ms
                             < content-type: application/vnd.amazon.eventstream
                             < transfer-encoding: chunked
                            #N after T ms
                             < :event-type=messageStart … {"p":"abc","role":"assistant"}
                            #N after T ms
                             < :event-type=contentBlockDelta … {"contentBlockIndex":0,"delta":{"text":"It is ***"},"p":"abcdefgh"}
                            #N after T ms
                             < :event-type=messageStop … {"p":"ab","stopReason":"end_turn"}
                            #N after T ms
                             < :event-type=metadata … {"metrics":{"latencyMs":12},"p":"a","usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5}}
                            #N POST http://HOST/model/m/converse-stream 200 in T ms, 56 bytes sent, 646 received, complete""");
            assertThat(all + recorder + recorder.exchanges())
                    .contains("It is ***")
                    .doesNotContain("S3CR3T")
                    .doesNotContain(Secrets.ID);
        }
    }
}
