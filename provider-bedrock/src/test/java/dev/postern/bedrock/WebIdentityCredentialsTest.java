package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertFails;
import static dev.postern.bedrock.Secrets.assertNothing;
import static dev.postern.bedrock.Secrets.assertShown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.testkit.ScriptedServer;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebIdentityCredentialsTest {
    static final String ANSWER = """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleWithWebIdentityResult>
                <SubjectFromWebIdentityToken>system:serviceaccount:a:b</SubjectFromWebIdentityToken>
                <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/r/s</Arn></AssumedRoleUser>
                <Credentials>
                  <AccessKeyId>ASIAEXAMPLE</AccessKeyId>
                  <SecretAccessKey>%s</SecretAccessKey>
                  <SessionToken>%s</SessionToken>
                  <Expiration>2026-03-01T13:00:00Z</Expiration>
                </Credentials>
              </AssumeRoleWithWebIdentityResult>
            </AssumeRoleWithWebIdentityResponse>
            """.formatted(Secrets.KEY, Secrets.TOKEN);

    @TempDir
    Path home;

    private FakeAwsEnvironment machine;

    static HttpReply reply(HttpCall call, int status, String body) {
        return new HttpReply(
                call.uri(),
                status,
                HttpHeaders.of(Map.of(), (name, value) -> true),
                body.getBytes(StandardCharsets.UTF_8));
    }

    @BeforeEach
    void arrange() {
        machine = new FakeAwsEnvironment(home);
        machine.set("AWS_WEB_IDENTITY_TOKEN_FILE", machine.file("token", Secrets.TOKEN + "\n"))
                .set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r");
    }

    private CredentialsLookup lookUp() {
        AwsEnvironment environment = machine.awsEnvironment();
        return WebIdentityCredentials.inEnvironment(environment, Sts.of(environment, "eu-central-1"))
                .lookUp();
    }

    @Test
    void exchangesTheToken() {
        machine.http = new JdkAwsHttp();
        machine.set("AWS_ROLE_SESSION_NAME", "me@home");
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.answer(200, "text/xml", ANSWER))) {
            machine.set("AWS_ENDPOINT_URL_STS", server.uri() + "/base/");
            CredentialsLookup found = lookUp();
            assertShown(found.credentials(), "ASIAEXAMPLE", Secrets.KEY, Secrets.TOKEN);
            assertThat(found.credentials().expiration()).isEqualTo(Instant.parse("2026-03-01T13:00:00Z"));
            assertThat(found.cheap()).isFalse();

            ScriptedServer.Request request = server.requests().get(0);
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.target()).isEqualTo("/base/");
            assertThat(request.header("Content-Type")).startsWith("application/x-www-form-urlencoded");
            assertThat(request.header("Authorization")).isEmpty();
            assertThat(request.text())
                    .isEqualTo("Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
                            + "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr&RoleSessionName=me%40home"
                            + "&WebIdentityToken=" + PercentEncoding.encode(Secrets.TOKEN));
        }
    }

    @Test
    void readsTheTokenAnewAndMakesUpASessionName() {
        StringBuilder bodies = new StringBuilder();
        machine.http = (call, timeout) -> {
            bodies.append(new String(call.body(), StandardCharsets.UTF_8));
            return reply(call, 200, ANSWER);
        };
        lookUp();
        machine.file("token", "S3CR3Tnext");
        lookUp();
        assertThat(bodies)
                .contains("WebIdentityToken=" + PercentEncoding.encode(Secrets.TOKEN))
                .contains("WebIdentityToken=S3CR3Tnext")
                .contains("RoleSessionName=postern-" + FakeAwsEnvironment.START.toEpochMilli());
    }

    @Test
    void asksTheRegionsOwnHost() {
        assertThat(Sts.of(machine.awsEnvironment(), "eu-central-1").endpoint())
                .isEqualTo(URI.create("https://sts.eu-central-1.amazonaws.com"));
        machine.set("AWS_USE_FIPS_ENDPOINT", "true");
        assertThat(Sts.of(machine.awsEnvironment(), "us-east-2").endpoint())
                .isEqualTo(URI.create("https://sts-fips.us-east-2.amazonaws.com"));
        assertThat(Sts.of(machine.awsEnvironment(), "us-gov-west-1").endpoint())
                .isEqualTo(URI.create("https://sts.us-gov-west-1.amazonaws.com"));
        machine.set("AWS_ENDPOINT_URL", "http://localhost:4566");
        assertThat(Sts.of(machine.awsEnvironment(), "us-east-2").endpoint())
                .isEqualTo(URI.create("http://localhost:4566"));
    }

    @Test
    void saysThatThereIsNoToken() {
        machine.environment.remove("AWS_WEB_IDENTITY_TOKEN_FILE");
        assertNothing(lookUp(), "AWS_WEB_IDENTITY_TOKEN_FILE is not set");
    }

    @Test
    void refusesHalvesAndFilesThatAreNone() {
        machine.environment.remove("AWS_ROLE_ARN");
        assertFails(Kind.CONFIGURATION, this::lookUp).contains("AWS_ROLE_ARN is not");
        machine.set("AWS_ROLE_ARN", "r").set("AWS_WEB_IDENTITY_TOKEN_FILE", home.resolve("absent"));
        assertFails(Kind.CONFIGURATION, this::lookUp).contains("absent cannot be read (NoSuchFileException)");
        machine.set("AWS_WEB_IDENTITY_TOKEN_FILE", machine.file("empty", "\n"));
        assertFails(Kind.CONFIGURATION, this::lookUp).contains("is empty");
    }

    @Test
    void tellsWhatStsSays() {
        machine.http = (call, timeout) -> reply(
                call,
                403,
                "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized to perform"
                        + " sts:AssumeRoleWithWebIdentity &lt;" + Secrets.TOKEN
                        + "&gt;.</Message></Error></ErrorResponse>");
        assertFails(Kind.AUTHENTICATION, this::lookUp)
                .isEqualTo("AWS STS at https://sts.eu-central-1.amazonaws.com/ answered 403 and no credentials (Not"
                        + " authorized to perform sts:AssumeRoleWithWebIdentity <***>); check the permissions of"
                        + " this application.");
    }

    @Test
    void triesTwiceWhenStsFails() {
        int[] asked = {0};
        machine.http = (call, timeout) -> ++asked[0] == 1 ? reply(call, 503, "") : reply(call, 200, ANSWER);
        assertThat(lookUp().credentials()).isNotNull();
        machine.http = (call, timeout) -> reply(call, 500, "<html>");
        assertFails(Kind.SERVER, this::lookUp).contains("answered 500").endsWith("; try again.");
        machine.http = new FakeAwsEnvironment(home).http;
        assertFails(Kind.CONNECTION, this::lookUp)
                .contains("AWS STS at https://sts.eu-central-1.amazonaws.com/ cannot be");
    }

    @Test
    void refusesWhatIsNoAnswer() {
        for (String body : new String[] {
            "",
            "<html>S3CR3T</html>",
            ANSWER.replace("AccessKeyId", "X"),
            ANSWER.replace("Expiration", "X"),
            ANSWER.replace("2026-03-01T", "S3CR3T"),
            ANSWER.replace("</Credentials>", "")
        }) {
            machine.http = (call, timeout) -> reply(call, 200, body);
            assertFails(Kind.PROTOCOL, this::lookUp).startsWith("AWS STS gave an answer with");
        }
    }

    @Test
    void findsElements() {
        assertThat(Sts.element("<a><b>x &amp;lt; &lt;&gt;&quot;&apos;</b></a>", "b"))
                .isEqualTo("x &lt; <>\"'");
        assertThat(Sts.element("<a></a>", "a")).isEmpty();
        assertThat(Sts.element("</a><a>", "a")).isEmpty();
        assertThat(Sts.element("", "a")).isEmpty();
    }
}
