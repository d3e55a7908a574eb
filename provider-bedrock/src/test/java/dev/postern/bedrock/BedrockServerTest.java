package dev.postern.bedrock;

import dev.postern.http.RetryPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Base class of tests with a scripted server and a provider for it, in an empty environment. */
abstract class BedrockServerTest {
    static final String ARN = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc";
    static final RetryPolicy RETRY_AT_ONCE =
            RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(1));

    @TempDir
    Path home;

    final MockWebServer server = new MockWebServer();
    FakeAwsEnvironment fake;
    BedrockProvider llm;

    @BeforeEach
    void start() throws IOException {
        server.start();
        fake = new FakeAwsEnvironment(home);
    }

    @AfterEach
    void stop() {
        if (llm != null) {
            llm.close();
        }
        server.close();
    }

    /** A provider for the server, with the name {@code test}, the default model {@code m} and these settings. */
    BedrockProvider provider(UnaryOperator<BedrockProviderBuilder> settings) {
        llm = settings.apply(BedrockProvider.builder()
                        .awsEnvironment(fake.awsEnvironment())
                        .name("test")
                        .region("us-east-1")
                        .endpoint("http://127.0.0.1:" + server.getPort())
                        .defaultModel("m")
                        .retries(RetryPolicy.none()))
                .build();
        return llm;
    }

    /** The same provider with credentials. */
    BedrockProvider provider() {
        return provider(builder -> builder.credentials(new AwsCredentials(Secrets.ID, Secrets.KEY, Secrets.TOKEN)));
    }

    static MockResponse whole() {
        return reply(200, new String(Frames.whole("Hi")));
    }

    static MockResponse stream(byte[] body) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", Frames.TYPE)
                .body(new Buffer().write(body))
                .build();
    }

    static MockResponse reply(int status, String body, String... header) {
        MockResponse.Builder reply = new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", "application/json")
                .body(body);
        if (header.length > 0) {
            reply.setHeader(header[0], header[1]);
        }
        return reply.build();
    }
}
