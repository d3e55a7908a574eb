package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials of a caller are used for one request and never shown. */
class RequestCredentialsTest {
    private static final String ID = "AKIDEXAMPLE";
    private static final String SECRET = "its/secret+key=";

    private final FakeBackend main = new FakeBackend("main");
    private final TestServer served = TestServer.of(main);
    private final LogLines log = new LogLines();

    @AfterEach
    void close() {
        log.close();
        served.close();
    }

    @Test
    void awsHeadersAreCredentialsOfOneRequest() throws IOException {
        RawClient.Answer answer = served.post(
                COMPLETIONS,
                HELLO,
                "X-AWS-Access-Key-Id: " + ID,
                "x-aws-secret-access-key: " + SECRET,
                "X-AWS-Session-Token: its-token",
                "X-AWS-Region: eu-central-1");
        served.post(COMPLETIONS, HELLO);

        CompletionRequest request = main.requests.remove();
        assertThat(request.options().credentials())
                .isEqualTo(Map.of(
                        "aws_access_key_id",
                        ID,
                        "aws_secret_access_key",
                        SECRET,
                        "aws_session_token",
                        "its-token",
                        "aws_region",
                        "eu-central-1"));
        assertThat(request.options().headers()).isEmpty();
        assertThat(main.requests.remove().options().credentials()).isEmpty();
        assertThat(answer.body() + answer.headers()).doesNotContain(ID, SECRET, "its-token");
        served.server.stop(Duration.ofSeconds(30)); // the log line is written after the answer
        assertThat(log.lines())
                .hasSizeGreaterThanOrEqualTo(1)
                .noneMatch(line -> line.contains(ID) || line.contains(SECRET));
    }

    @Test
    void awsHeadersAreCredentialsOfOneStream() throws IOException {
        try (RawClient client = served.client()) {
            client.request("POST", STREAM, HELLO, "X-AWS-Access-Key-Id: " + ID, "X-AWS-Secret-Access-Key: " + SECRET);
            main.stream().complete();
            client.answer();
        }
        assertThat(main.requests.remove().options().credentials())
                .isEqualTo(Map.of("aws_access_key_id", ID, "aws_secret_access_key", SECRET));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-AWS-Access-Key-Id: AKIDEXAMPLE",
                "X-AWS-Secret-Access-Key: secret",
                "X-AWS-Session-Token: token",
                "X-AWS-Region: eu-central-1"
            })
    void incompleteCredentialsAreIgnored(String header) throws IOException {
        assertThat(served.post(COMPLETIONS, HELLO, header).status()).isEqualTo(200);
        assertThat(main.requests.remove().options().credentials()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example/",
                "us-east-1.evil.example",
                "us_east_1",
                "US-EAST-1",
                "@evil",
                "http://evil.example",
                "a b",
                "..",
                "us-east-1#",
                "us-east-1-us-east-1-us-east-1-us-east-1"
            })
    void anInvalidRegionIsRefused(String region) throws IOException {
        RawClient.Answer answer = served.post(
                COMPLETIONS,
                HELLO,
                "X-AWS-Access-Key-Id: " + ID,
                "X-AWS-Secret-Access-Key: " + SECRET,
                "X-AWS-Region: " + region);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("X-AWS-Region").doesNotContain(region, ID, SECRET);
        assertThat(main.requests).isEmpty();
    }

    @Test
    void anInvalidSecretIsRefusedWithoutBeingShown() throws IOException {
        RawClient.Answer answer =
                served.post(COMPLETIONS, HELLO, "X-AWS-Access-Key-Id: " + ID, "X-AWS-Secret-Access-Key: se cret");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("X-AWS-Secret-Access-Key").doesNotContain("se cret", ID);
    }

    @Test
    void credentialsOfOtherServicesAreIgnored() throws IOException {
        RawClient.Answer answer = served.post(
                COMPLETIONS,
                HELLO,
                "X-Cred-OpenAI-Url: http://evil.example",
                "X-Cred-OpenAI-Host: evil.example",
                "X-Cred-OpenAI-Key: sk-of-somebody");

        assertThat(answer.status()).isEqualTo(200);
        CompletionRequest request = main.requests.remove();
        assertThat(request.options().credentials()).isEmpty();
        assertThat(request.options().headers()).isEmpty();
        assertThat(request.options().query()).isEmpty();
        assertThat(log.lines()).noneMatch(line -> line.contains("evil") || line.contains("sk-of"));
    }

    @Test
    void concurrentRequestsDoNotShareCredentials() throws Exception {
        int count = 16;
        CyclicBarrier all = new CyclicBarrier(count);
        main.answer = request -> {
            try {
                all.await(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return CompletableFuture.completedFuture(
                    FakeBackend.text(request.options().credentials().get("aws_access_key_id")));
        };
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(served.client()
                    .request(
                            "POST",
                            COMPLETIONS,
                            HELLO,
                            "X-AWS-Access-Key-Id: ID" + i,
                            "X-AWS-Secret-Access-Key: " + SECRET));
        }
        for (int i = 0; i < count; i++) {
            assertThat(TestServer.field(clients.get(i).answer(), "content")).isEqualTo("ID" + i);
            clients.get(i).close();
        }
    }
}
