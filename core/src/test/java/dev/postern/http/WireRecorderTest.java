package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.Recorder;
import dev.postern.testkit.ScriptedServer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WireRecorderTest {
    private static LineCall call(URI uri) {
        return new LineCall(uri) {
            @Override
            public HttpCall call() {
                return HttpCall.post(
                        uri,
                        Map.of("Authorization", "Bearer s3cret-key", "x-a", "1"),
                        "{\"key\":\"s3cret-key\"}".getBytes(UTF_8));
            }
        };
    }

    private static ScriptedServer server() {
        return new ScriptedServer(exchange -> exchange.beginChunked(200, "text/event-stream", "x-echo: s3cret-key")
                .chunk("a s3cret-key\n\n")
                .chunk("DONE\n\n")
                .lastChunk());
    }

    private static HttpTransport transport(WireRecorder recorder) {
        return HttpTransport.builder()
                .retries(RetryPolicy.none())
                .recorder(recorder)
                .build();
    }

    @Test
    void anExchangeIsKeptAsTextWithoutSecrets() {
        WireRecorder recorder = new WireRecorder(5, 100_000);
        try (ScriptedServer server = server();
                HttpTransport transport = transport(recorder)) {
            Recorder.of(transport.stream(call(server.uri()))).awaitComplete();
            assertThat(recorder.exchanges()).isEmpty();

            recorder.start();
            Recorder.of(transport.stream(call(server.uri().resolve("/a?key=s3cret-key"))))
                    .awaitComplete();

            WireRecorder.Exchange kept = recorder.exchanges().get(0);
            assertThat(kept.method()).isEqualTo("POST");
            assertThat(kept.address()).isEqualTo(server.uri() + "/a");
            assertThat(kept.requestHead()).contains("Authorization: Bearer ***").contains("x-a: 1");
            assertThat(kept.requestBody()).isEqualTo("{\"key\":\"***\"}");
            assertThat(kept.status()).isEqualTo(200);
            assertThat(kept.responseHead()).contains("x-echo: ***");
            assertThat(kept.parts()).extracting(WireRecorder.Part::text).containsExactly("a ***", "DONE");
            assertThat(kept.received()).isEqualTo(20);
            assertThat(kept.end()).isEqualTo("complete");
            assertThat(recorder.toString())
                    .contains(" > Authorization: Bearer ***\n")
                    .contains(": a ***\n")
                    .contains(" = complete after ")
                    .doesNotContain("s3cret");
        }
    }

    @Test
    void anExchangeThatIsNotOverIsShown() {
        WireRecorder recorder = new WireRecorder(5, 100_000);
        recorder.start();
        try (ScriptedServer server = new ScriptedServer(exchange ->
                        exchange.beginChunked(200, "text/plain").chunk("a\n").hold());
                HttpTransport transport = transport(recorder)) {
            Recorder<String> stream = Recorder.of(transport.stream(new LineCall(server.uri())));
            stream.awaitItems(1);

            assertThat(recorder.exchanges()).singleElement().satisfies(each -> {
                assertThat(each.status()).isEqualTo(200);
                assertThat(each.end()).isEmpty();
                assertThat(each.toString()).endsWith(" = not over\n");
            });
            recorder.clear();
            stream.cancel();
            assertThat(recorder.exchanges()).isEmpty();
        }
    }

    @Test
    void itIsBoundedInNumberAndInBytes() {
        WireRecorder few = new WireRecorder(3, 1_000_000);
        WireRecorder small = new WireRecorder(1000, 3000);
        few.start();
        small.start();
        try (ScriptedServer server = server();
                HttpTransport one = transport(few);
                HttpTransport other = transport(small)) {
            for (int i = 0; i < 10; i++) {
                Recorder.of(one.stream(call(server.uri().resolve("/" + i)))).awaitComplete();
                Recorder.of(other.stream(call(server.uri().resolve("/" + i)))).awaitComplete();
            }

            assertThat(few.exchanges())
                    .extracting(each -> each.address().replaceFirst(".*/", ""))
                    .containsExactly("7", "8", "9");
            assertThat(small.exchanges()).hasSizeBetween(1, 5);
            assertThat(small.toString().length()).isLessThan(3000);
        }
    }

    /** Every call succeeds while the recorder is switched; afterwards it still works. */
    @Test
    void itIsSwitchedUnderLoad() {
        WireRecorder recorder = new WireRecorder(10, 20_000);
        try (ScriptedServer server = server();
                HttpTransport transport = transport(recorder)) {
            for (int round = 0; round < 25; round++) {
                recorder.start();
                List<Recorder<String>> running = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    running.add(Recorder.of(transport.stream(call(server.uri()))));
                    if (i % 5 == 0) {
                        recorder.stop();
                    } else if (i % 3 == 0) {
                        recorder.start();
                    } else if (i == 7) {
                        recorder.clear();
                    }
                }
                running.forEach(each -> assertThat(each.awaitComplete()).hasSize(3));
                assertThat(recorder.exchanges()).hasSizeLessThanOrEqualTo(10);
            }
            recorder.clear();
            recorder.stop();
            Recorder.of(transport.stream(call(server.uri()))).awaitComplete();
            assertThat(recorder.exchanges()).isEmpty();
            recorder.start();
            Recorder.of(transport.stream(call(server.uri()))).awaitComplete();
            assertThat(recorder.exchanges())
                    .singleElement()
                    .satisfies(each -> assertThat(each.end()).isEqualTo("complete"));
        }
    }
}
