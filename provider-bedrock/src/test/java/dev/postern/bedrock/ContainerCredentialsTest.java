package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertCredentials;
import static dev.postern.bedrock.Secrets.assertFails;
import static dev.postern.bedrock.Secrets.assertMissing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.WireRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerCredentialsTest {
    static final String ANSWER = "{\"RoleArn\":\"arn\",\"AccessKeyId\":\"ASIAEXAMPLE\",\"SecretAccessKey\":\""
            + Secrets.KEY + "\",\"Token\":\"" + Secrets.TOKEN + "\",\"Expiration\":\"2026-03-01T13:00:00Z\"}";

    @TempDir
    Path home;

    private FakeAwsEnvironment fake;
    private final List<HttpCall> calls = new ArrayList<>();

    @BeforeEach
    void setUp() {
        fake = new FakeAwsEnvironment(home);
        answer(200, ANSWER);
    }

    private void answer(int status, String body) {
        fake.http = (call, timeout) -> {
            calls.add(call);
            return WebIdentityCredentialsTest.reply(call, status, body);
        };
    }

    private CredentialsLookup lookUp() {
        return new ContainerCredentials(fake.awsEnvironment()).lookUp();
    }

    @Test
    void requestsCredentialsOverHttp() {
        fake.http = new JdkAwsHttp();
        fake.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "S3CR3Tauth");
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.answer(200, "application/json", ANSWER))) {
            fake.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.uri() + "/v1/credentials?x=y");
            CredentialsLookup found = lookUp();
            assertCredentials(found.credentials(), "ASIAEXAMPLE", Secrets.KEY, Secrets.TOKEN);
            assertThat(found.credentials().expiration()).isEqualTo(Instant.parse("2026-03-01T13:00:00Z"));
            WireRequest request = server.requests().get(0);
            assertThat(request.method()).isEqualTo("GET");
            assertThat(request.target()).isEqualTo("/v1/credentials?x=y");
            assertThat(request.header("Authorization")).isEqualTo("S3CR3Tauth");
        }
    }

    @Test
    void theRelativePathIsOnTheEcsHostAndHasPrecedence() {
        fake.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/uuid")
                .set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://else.example");
        assertThat(lookUp().credentials()).isNotNull();
        assertThat(calls).singleElement().satisfies(call -> {
            assertThat(call.uri()).hasToString("http://169.254.170.2/v2/credentials/uuid");
            assertThat(call.headers()).isEmpty();
        });
    }

    @Test
    void theTokenFileHasPrecedenceAndIsReadEachTime() {
        fake.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials")
                .set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "other")
                .set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", fake.file("token", "one\n"));
        lookUp();
        fake.file("token", "two");
        lookUp();
        assertThat(calls)
                .extracting(call -> call.headers().get("Authorization"))
                .containsExactly("one", "two");
    }

    @Test
    void withoutVariablesThereAreNoCredentials() {
        assertMissing(
                lookUp(),
                "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://anywhere.example/x",
                "HTTPS://8.8.8.8/",
                "http://169.254.170.2/x",
                "http://169.254.170.23/x",
                "http://[fd00:ec2::23]/x",
                "http://127.0.0.1:99/x",
                "http://127.9.9.9/x",
                "http://[::1]/x",
                "http://[0:0:0:0:0:0:0:1]/x",
                "http://localhost:1/x",
                "http://LOCALHOST/x"
            })
    void localHostsAndTlsAreAllowed(String endpoint) {
        fake.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint);
        assertThat(lookUp().credentials()).isNotNull();
        assertThat(calls).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example/x",
                "http://169.254.169.254/x",
                "http://169.254.170.2.evil.example/x",
                "http://127.0.0.1@evil.example/x",
                "http://127.0.0.1.evil.example/x",
                "http://localhost.evil.example/",
                "http://128.0.0.1/x",
                "http://0.0.0.0/x",
                "http://[fd00:ec2::24]/x",
                "http://[::2]/x",
                "http://10.0.0.1/x"
            })
    void otherHostsWithoutTlsAreRejected(String endpoint) {
        fake.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint).set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "S3CR3Tauth");
        assertFails(Kind.CONFIGURATION, this::lookUp)
                .contains("without TLS, which is allowed only for loopback addresses");
        assertThat(calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/relative", "ftp://127.0.0.1/", "http://", "not an address S3CR3T", "http://127.1/"})
    void invalidAddressesAreRejected(String endpoint) {
        fake.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint);
        assertFails(Kind.CONFIGURATION, this::lookUp)
                .isEqualTo("AWS_CONTAINER_CREDENTIALS_FULL_URI is not the address of a credential endpoint.");
    }

    @Test
    void aTokenThatAHeaderCannotContainIsRejected() {
        fake.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/")
                .set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "S3CR3T\r\nHost: evil");
        assertFails(Kind.CONFIGURATION, this::lookUp)
                .contains("AWS_CONTAINER_AUTHORIZATION_TOKEN contains a line break");
        fake.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", home.resolve("absent"));
        assertFails(Kind.CONFIGURATION, this::lookUp).contains("TOKEN_FILE").contains("cannot be read");
    }

    @Test
    void theErrorHasTheMessageOfTheEndpointWithoutSecrets() {
        fake.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/creds?S3CR3T")
                .set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "S3CR3Tauth");
        answer(403, "{\"code\":\"AccessDenied\",\"message\":\"S3CR3Tauth is not valid.\"}");
        assertFails(Kind.AUTHENTICATION, this::lookUp)
                .isEqualTo("The container's credential endpoint at http://localhost/creds answered 403 and no"
                        + " credentials (*** is not valid); check the permissions of this application.");
        assertThat(calls).hasSize(1);
        answer(500, "S3CR3T");
        assertFails(Kind.SERVER, this::lookUp).contains("answered 500");
        assertThat(calls).hasSize(3);
        fake.http = new FakeAwsEnvironment(home).http;
        fake.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/creds");
        assertFails(Kind.CONNECTION, this::lookUp).contains("cannot be reached");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "S3CR3T",
                "[]",
                "{\"AccessKeyId\":\"id\"}",
                "{\"AccessKeyId\":\"\",\"SecretAccessKey\":\"S3CR3T\"}",
                "{\"AccessKeyId\":\"id\",\"SecretAccessKey\":\"S3CR3T\",\"Expiration\":\"soon\"}"
            })
    void invalidAnswersAreRejected(String body) {
        fake.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
        answer(200, body);
        assertFails(Kind.PROTOCOL, this::lookUp).startsWith("The container's credential endpoint gave an answer with");
    }
}
