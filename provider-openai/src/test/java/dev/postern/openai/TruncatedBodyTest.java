package dev.postern.openai;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.RetryPolicy;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers without the last HTTP chunk: the server closes the connection instead. */
class TruncatedBodyTest {
    private static final String ANSWER = new String(ChatSamples.whole("Hi"), UTF_8);

    private final Queue<String> replies = new ConcurrentLinkedQueue<>();
    private ServerSocket server;
    private OpenAiProvider llm;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread serving = new Thread(this::serve);
        serving.setDaemon(true);
        serving.start();
        llm = OpenAiProvider.builder()
                .baseUrl("http://127.0.0.1:" + server.getLocalPort())
                .defaultModel("m")
                .retries(RetryPolicy.defaults().withMaxAttempts(2).withDelays(Duration.ZERO, Duration.ZERO))
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        llm.close();
        server.close();
    }

    @Test
    void completeJsonWithoutTheLastChunkIsAnAnswer() {
        replies.add(withoutLastChunk(200, ANSWER));
        assertThat(llm.completions(CompletionRequest.of("Hello")).content()).isEqualTo("Hi");
    }

    @Test
    void completeJsonWithoutTheLastChunkIsAnAnswerToAChangedRequestToo() {
        replies.add(
                withoutLastChunk(
                        400,
                        "{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.\"}}"));
        replies.add(withoutLastChunk(200, ANSWER));
        CompletionRequest request =
                CompletionRequest.builder().user("Hello").maxTokens(10).build();
        assertThat(llm.completions(request).content()).isEqualTo("Hi");
    }

    @Test
    void truncatedJsonIsRetriedAndFails() {
        replies.add(withoutLastChunk(200, ANSWER.substring(0, ANSWER.length() - 5)));
        replies.add(withoutLastChunk(200, ANSWER.substring(0, ANSWER.length() - 5)));
        assertThatThrownBy(() -> llm.completions(CompletionRequest.of("Hello")))
                .hasMessageContaining("cut off before its end")
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INCOMPLETE_STREAM));
    }

    private static String withoutLastChunk(int status, String json) {
        return "HTTP/1.1 " + status
                + " Whatever\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(json.length()) + "\r\n" + json + "\r\n";
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                request(new BufferedInputStream(socket.getInputStream()));
                String reply = replies.poll(); // more requests than replies get no answer
                socket.getOutputStream().write((reply == null ? "" : reply).getBytes(ISO_8859_1));
            } catch (IOException e) {
                return; // the test is over
            }
        }
    }

    /** Reads head and body, because a connection that is closed before that would be reset. */
    private static void request(InputStream in) {
        try {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.read());
            }
            String length = head.toString()
                    .toLowerCase(Locale.ROOT)
                    .split("content-length: ")[1]
                    .split("\r")[0];
            in.readNBytes(Integer.parseInt(length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
