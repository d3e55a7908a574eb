package dev.postern.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.http.Decoder;
import dev.postern.http.HttpReply;
import dev.postern.http.SseDecoder;
import dev.postern.testkit.EverySplit;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.project.Golden;
import dev.postern.testkit.project.GoldenText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden pairs of a gateway's stream, {@code golden/client/NAME.sse}, and its events, {@code NAME.events}. */
class StreamGoldenTest extends HttpFixture {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    static List<String> streams() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src", "test", "resources", "golden", "client"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".sse"))
                    .map(file -> file.replace(".sse", ""))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void givesTheExpectedEventsOverHttp(String name) {
        byte[] body = Golden.read("client/" + name + ".sse");
        ScriptedServer server = server(exchange -> exchange.answer(200, "text/event-stream", body));
        List<String> lines = new ArrayList<>();

        Recorder<StreamEvent> stream = Recorder.of(client(server).stream(HELLO)).awaitEnd();
        stream.assertNoViolations();
        stream.items().forEach(event -> lines.add(GoldenText.of(event)));
        try {
            stream.awaitComplete();
        } catch (AssertionError failed) {
            lines.add(GoldenText.of(stream.awaitFailure(LlmException.class)));
        }

        Golden.check("client/" + name + ".events", String.join("\n", lines) + "\n");
    }

    @ParameterizedTest
    @MethodSource("streams")
    void givesTheSameEventsAtEverySplit(String name) {
        byte[] body = Golden.read("client/" + name + ".sse");
        HttpReply head = new HttpReply(
                URI.create("http://localhost/"), 200, HttpHeaders.of(Map.of(), (header, value) -> true), new byte[0]);

        Decoder.Phase phase = EverySplit.of(
                        body, () -> new SseDecoder<>(new EventHandler(head, "test", ClientHeaders.NONE), 1 << 20))
                .phase();

        String events = new String(Golden.read("client/" + name + ".events"), StandardCharsets.UTF_8);
        assertThat(phase == Decoder.Phase.OPEN).isEqualTo(!events.contains("stop "));
    }
}
