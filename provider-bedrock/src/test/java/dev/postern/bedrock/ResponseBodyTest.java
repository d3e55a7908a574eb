package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.LlmException.Kind;
import dev.postern.testkit.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import mockwebserver3.MockResponse;
import okio.Buffer;
import org.junit.jupiter.api.Test;

/** Bodies that a proxy compresses, or whose last chunk is missing. */
class ResponseBodyTest extends BedrockServerTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    @Test
    void compressedAnswersErrorsAndStreamsAreDecompressed() throws Exception {
        server.enqueue(compressed(200, "application/json", Frames.whole("Hi")));
        server.enqueue(compressed(200, Frames.TYPE, Frames.stream(2)));
        server.enqueue(compressed(429, "application/json", Frames.utf8("{\"message\":\"Too many tokens per day\"}")));
        provider(builder -> builder.apiKey(Secrets.KEY));
        assertThat(llm.completions(HELLO).content()).isEqualTo("Hi");
        assertThat(CompletionCollector.collect(llm.stream(HELLO)).get().content())
                .isEqualTo("xx");
        Secrets.assertFails(Kind.QUOTA, () -> llm.completions(HELLO)).contains("Too many tokens per day");
    }

    @Test
    void aCompleteAnswerWithoutTheLastChunkIsAccepted() throws Exception {
        try (ScriptedServer scripted = new ScriptedServer(exchange -> exchange.beginChunked(200, "application/json")
                .chunk(Frames.whole("Hi"))
                .close())) {
            provider(builder ->
                    builder.apiKey(Secrets.KEY).endpoint(scripted.uri().toString()));
            assertThat(llm.completions(HELLO).content()).isEqualTo("Hi");
        }
    }

    private static MockResponse compressed(int status, String type, byte[] body) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body);
        }
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", type)
                .setHeader("Content-Encoding", "gzip")
                .body(new Buffer().write(compressed.toByteArray()))
                .build();
    }
}
