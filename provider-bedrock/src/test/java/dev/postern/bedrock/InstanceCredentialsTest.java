package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertCredentials;
import static dev.postern.bedrock.Secrets.assertFails;
import static dev.postern.bedrock.Secrets.assertMissing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.testkit.ScriptedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InstanceCredentialsTest {
    private static final String ROLES = "/latest/meta-data/iam/security-credentials/";
    private static final String ANSWER = "{\"Code\":\"Success\",\"LastUpdated\":\"2026-03-01T11:00:00Z\","
            + ContainerCredentialsTest.ANSWER.substring(1);

    private final FakeAwsEnvironment fake = new FakeAwsEnvironment(Path.of("none"));
    private final List<HttpCall> calls = new ArrayList<>();

    private CredentialsLookup lookUp() {
        return new InstanceCredentials(fake.awsEnvironment()).lookUp();
    }

    /** Sets status and body of the answers to the three requests. */
    private void answer(int token, int roles, String role, int credentials, String body) {
        calls.clear();
        fake.http = (call, timeout) -> {
            calls.add(call);
            String path = call.uri().getPath();
            boolean list = path.equals(ROLES);
            return path.equals("/latest/api/token")
                    ? WebIdentityCredentialsTest.reply(call, token, "S3CR3Timds")
                    : WebIdentityCredentialsTest.reply(call, list ? roles : credentials, list ? role : body);
        };
    }

    @Test
    void requestsATokenThenTheRoleThenItsCredentials() {
        fake.http = new JdkAwsHttp();
        try (ScriptedServer server = new ScriptedServer(exchange -> {
            String target = exchange.request().target();
            exchange.answer(
                    200,
                    "text/plain",
                    target.equals("/latest/api/token") ? "S3CR3Timds" : target.equals(ROLES) ? "my-role\n" : ANSWER);
        })) {
            fake.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.uri() + "/");
            CredentialsLookup found = lookUp();
            assertCredentials(found.credentials(), "ASIAEXAMPLE", Secrets.KEY, Secrets.TOKEN);
            assertThat(found.cheap()).isFalse();
            assertThat(server.requests())
                    .extracting(request -> request.method() + " " + request.target())
                    .containsExactly("PUT /latest/api/token", "GET " + ROLES, "GET " + ROLES + "my-role");
            assertThat(server.requests().get(0).header("X-aws-ec2-metadata-token-ttl-seconds"))
                    .isEqualTo("21600");
            assertThat(server.requests())
                    .extracting(request -> request.header("X-aws-ec2-metadata-token"))
                    .containsExactly("", "S3CR3Timds", "S3CR3Timds");
        }
    }

    @Test
    void theEndpointIsLinkLocalByDefault() {
        answer(200, 200, "r", 200, ANSWER);
        lookUp();
        fake.set("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6");
        lookUp();
        assertThat(calls)
                .extracting(call -> call.uri().getHost())
                .containsExactly(
                        "169.254.169.254",
                        "169.254.169.254",
                        "169.254.169.254",
                        "[fd00:ec2::254]",
                        "[fd00:ec2::254]",
                        "[fd00:ec2::254]");
        fake.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "nonsense");
        assertFails(Kind.CONFIGURATION, this::lookUp).contains("AWS_EC2_METADATA_SERVICE_ENDPOINT is not an address");
    }

    @Test
    void sendsNoRequestIfItIsTurnedOff() {
        answer(200, 200, "r", 200, ANSWER);
        fake.set("AWS_EC2_METADATA_DISABLED", "TRUE");
        assertMissing(lookUp(), "AWS_EC2_METADATA_DISABLED turns off the EC2 metadata service");
        assertThat(calls).isEmpty();
    }

    @Test
    void triesTwiceThenReportsThatNothingAnswers() {
        fake.http = (call, timeout) -> {
            calls.add(call);
            assertThat(timeout).hasSeconds(1);
            throw new IOException("no route");
        };
        assertMissing(lookUp(), "no EC2 metadata service answers at http://169.254.169.254");
        assertThat(calls).hasSize(2);
    }

    @Test
    void doesNotFallBackToImdsV1() {
        answer(404, 200, "r", 200, ANSWER);
        assertMissing(
                lookUp(), "the EC2 metadata service at http://169.254.169.254 issues no IMDSv2 token (status 404)");
        assertThat(calls).hasSize(1);
    }

    @Test
    void reportsAnInstanceWithoutARole() {
        answer(200, 404, "<html>", 200, ANSWER);
        assertMissing(lookUp(), "the EC2 instance has no role");
        answer(200, 200, "\n", 200, ANSWER);
        assertMissing(lookUp(), "the EC2 instance has no role");
    }

    @Test
    void reportsEachFailure() {
        answer(200, 500, "", 200, ANSWER);
        assertFails(Kind.SERVER, this::lookUp).contains(ROLES).contains("answered 500");
        answer(200, 200, "r", 403, "S3CR3T");
        assertFails(Kind.AUTHENTICATION, this::lookUp).contains("answered 403");
        answer(200, 200, "r", 200, "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"EC2 cannot assume r.\"}");
        assertFails(Kind.AUTHENTICATION, this::lookUp).contains("(AssumeRoleUnauthorizedAccess EC2 cannot assume r);");
        fake.http = (call, timeout) -> {
            if (call.method().equals("PUT")) {
                return WebIdentityCredentialsTest.reply(call, 200, "S3CR3Timds");
            }
            throw new IOException("gone");
        };
        assertFails(Kind.CONNECTION, this::lookUp)
                .contains("The EC2 metadata service at")
                .contains("cannot be reached");
    }

    @Test
    void invalidAnswersAreRejected() {
        for (String body : new String[] {"", "S3CR3T", "{}", ANSWER.replace("SecretAccessKey", "x")}) {
            answer(200, 200, "r", 200, body);
            assertFails(Kind.PROTOCOL, this::lookUp).startsWith("The EC2 metadata service gave an answer with");
        }
    }
}
