package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recorded and replayed with the JDK's client. Providers do the same in their modules. */
class RecordingTest {
    private static final String KEY = "sk-secret-0123456789";

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final WireServer real = WireServer.openai();
    private final RecordingProxy proxy = RecordingProxy.to(real.uri());

    @AfterEach
    void close() {
        proxy.close();
        real.close();
    }

    private HttpResponse<String> post(String base, String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Authorization", "Bearer " + KEY)
                        .header("Content-Type", "application/json")
                        .header("X-Team", "red")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String hi(String text) {
        return "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
    }

    @Test
    void bytesAreReplayedAsTheyWereRecorded() throws Exception {
        real.answer("Grüß ", "Gott")
                .header("x-request-id: r1")
                .header("set-cookie: a=b")
                .status(429, "Retry-After: 7");
        HttpResponse<String> stream = post(proxy.url(), "/chat/completions", hi("Hi"));
        HttpResponse<String> refused = post(proxy.url(), "/chat/completions", "{\"model\":\"m\"}");
        Path file = folder.resolve("new/chat.json");
        proxy.recording().save(file);

        try (ReplayServer replay = Recording.load(file).replay()) {
            HttpResponse<String> refusedAgain = post(replay.url(), "/chat/completions", "{ \"model\": \"m\" }");
            HttpResponse<String> streamAgain = post(replay.url(), "/chat/completions", hi("Hi"));

            assertThat(streamAgain.body()).isEqualTo(stream.body());
            assertThat(streamAgain.headers().firstValue("x-request-id")).contains("r1");
            assertThat(streamAgain.headers().firstValue("set-cookie")).isEmpty();
            assertThat(refusedAgain.statusCode()).isEqualTo(429);
            assertThat(refusedAgain.body()).isEqualTo(refused.body());
            assertThat(refusedAgain.headers().firstValue("retry-after")).contains("7");
            replay.assertAllReplayed();
        }
        assertThat(Files.readString(file))
                .contains("Grüß")
                .doesNotContain("a=b")
                .doesNotContain(KEY);
        assertThat(real.request(0).header("Authorization")).isEqualTo("Bearer " + KEY);
    }

    @Test
    void theFileHasALineForEachEventAndField() throws Exception {
        real.answer("a");
        post(proxy.url(), "/chat/completions?api_key=12345678&version=2", hi("Hi"));
        Path file = folder.resolve("chat.json");

        proxy.recording().save(file);

        assertThat(Files.readAllLines(file))
                .contains(
                        "        \"target\": \"/v1/chat/completions?api_key=***&version=2\",",
                        "              \"content\": \"Hi\"",
                        "          \"data: [DONE]\\n\\n\"");
    }

    @Test
    void secretsAreScrubbedWhereverTheyAppear() throws Exception {
        real.error(401, "Incorrect key " + KEY + " of Alice, account 4711.").answer("x");
        proxy.scrub("Alice")
                .scrub(Pattern.compile("account \\d+"))
                .scrubField("/user/id")
                .keepHeader("X-Team");
        post(proxy.url(), "/chat/completions", "{\"user\":{\"id\":815},\"model\":\"m\",\"text\":\"I am Alice\"}");
        Path file = folder.resolve("chat.json");
        proxy.recording().save(file);

        assertThat(Files.readString(file))
                .contains("Incorrect key *** of ***, ***.", "\"text\": \"I am ***\"", "\"id\": \"***\"")
                .contains("\"x-team\": \"red\"")
                .doesNotContain(KEY)
                .doesNotContain("4711")
                .doesNotContain("815");
        try (ReplayServer replay = Recording.load(file).replay()) {
            post(replay.url(), "/chat/completions", "{\"user\":{\"id\":[1]},\"model\":\"m\",\"text\":\"I am Bob\"}");
            replay.assertAllReplayed();
        }
    }

    @Test
    void aMissNamesTheFieldThatDiffers() throws Exception {
        real.answer("a").answer("b");
        post(proxy.url(), "/chat/completions", hi("Hi"));
        post(proxy.url(), "/chat/completions", "{\"model\":\"other\",\"input\":[1,2]}");

        try (ReplayServer replay = proxy.recording().replay()) {
            HttpResponse<String> missed = post(replay.url(), "/chat/completions", hi("Bye"));

            assertThat(missed.statusCode()).isEqualTo(400);
            assertThat(missed.body()).contains("/messages/0/content");
            assertThat(replay.misses())
                    .containsExactly("The request is not in the recording. The nearest one differs in "
                            + "/messages/0/content: expected \"Hi\", but it is \"Bye\".");
            assertThatThrownBy(replay::assertAllReplayed)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("/messages/0/content");
        }
    }

    @Test
    void eachAnswerIsGivenOnceAndMissingRequestsAreNamed() throws Exception {
        real.answer("a").times(2);
        post(proxy.url(), "/chat/completions", hi("Hi"));
        Recording recording = proxy.recording();

        try (ReplayServer replay = recording.replay()) {
            assertThatThrownBy(replay::assertAllReplayed).hasMessageContaining("1 of 1 recorded requests did not come");
            post(replay.url(), "/chat/completions", hi("Hi"));
            post(replay.url(), "/chat/completions", hi("Hi"));
            assertThat(replay.misses()).singleElement().asString().startsWith("All 1 recorded requests were replayed");
            assertThat(replay.requests()).hasSize(2);
        }
    }

    @Test
    void aCutIsReplayedAsACut() throws Exception {
        real.answer("a", "b").cutAfter(1);
        assertThatThrownBy(() -> post(proxy.url(), "/chat/completions", hi("Hi")))
                .isInstanceOf(IOException.class);

        try (ReplayServer replay = proxy.recording().replay()) {
            assertThatThrownBy(() -> post(replay.url(), "/chat/completions", hi("Hi")))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aServerThatCannotBeReachedIsNotRecorded() throws Exception {
        real.close();

        HttpResponse<String> answer = post(proxy.url(), "/chat/completions", hi("Hi"));

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("cannot reach");
        assertThat(proxy.recording().size()).isZero();
    }

    @Test
    void anotherFileIsRefused() throws Exception {
        Path file = folder.resolve("x.json");
        Files.writeString(file, "{\"recording\":2}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recording.load(file))
                .withMessageContaining("version");
        Files.writeString(file, "no JSON");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recording.load(file))
                .withMessageContaining("x.json");
    }
}
