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

/** What stands between AWS and us may pack an answer, or lose the end of it. */
class BodiesTest extends OverHttp {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    @Test
    void packedAnswersErrorsAndStreamsAreUnpacked() throws Exception {
        server.enqueue(packed(200, "application/json", Frames.whole("Hi")));
        server.enqueue(packed(200, Frames.TYPE, Frames.stream(2)));
        server.enqueue(packed(429, "application/json", Frames.utf8("{\"message\":\"Too many tokens per day\"}")));
        provider(it -> it.apiKey(Secrets.KEY));
        assertThat(llm.completions(HELLO).content()).isEqualTo("Hi");
        assertThat(CompletionCollector.collect(llm.stream(HELLO)).get().content())
                .isEqualTo("xx");
        Secrets.assertFails(Kind.QUOTA, () -> llm.completions(HELLO)).contains("Too many tokens per day");
    }

    @Test
    void aWholeAnswerWithoutItsLastChunkIsAnAnswer() throws Exception {
        try (ScriptedServer scripted = new ScriptedServer(exchange -> exchange.beginChunked(200, "application/json")
                .chunk(Frames.whole("Hi"))
                .close())) {
            provider(it -> it.apiKey(Secrets.KEY).endpoint(scripted.uri().toString()));
            assertThat(llm.completions(HELLO).content()).isEqualTo("Hi");
        }
    }

    private static MockResponse packed(int status, String type, byte[] body) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body);
        }
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", type)
                .setHeader("Content-Encoding", "gzip")
                .body(new Buffer().write(packed.toByteArray()))
                .build();
    }
}
