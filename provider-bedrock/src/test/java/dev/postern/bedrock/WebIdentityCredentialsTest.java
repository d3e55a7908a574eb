package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertCredentials;
import static dev.postern.bedrock.Secrets.assertFails;
import static dev.postern.bedrock.Secrets.assertMissing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.WireRequest;
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

    private FakeAwsEnvironment fake;

    static HttpReply reply(HttpCall call, int status, String body) {
        return new HttpReply(
                call.uri(),
                status,
                HttpHeaders.of(Map.of(), (name, value) -> true),
                body.getBytes(StandardCharsets.UTF_8));
    }

    @BeforeEach
    void setUp() {
        fake = new FakeAwsEnvironment(home);
        fake.set("AWS_WEB_IDENTITY_TOKEN_FILE", fake.file("token", Secrets.TOKEN + "\n"))
                .set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r");
    }

    private CredentialsLookup lookUp() {
        AwsEnvironment environment = fake.awsEnvironment();
        return WebIdentityCredentials.inEnvironment(environment, Sts.of(environment, "eu-central-1"))
                .lookUp();
    }

    @Test
    void exchangesTheToken() {
        fake.http = new JdkAwsHttp();
        fake.set("AWS_ROLE_SESSION_NAME", "me@home");
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.answer(200, "text/xml", ANSWER))) {
            fake.set("AWS_ENDPOINT_URL_STS", server.uri() + "/base/");
            CredentialsLookup found = lookUp();
            assertCredentials(found.credentials(), "ASIAEXAMPLE", Secrets.KEY, Secrets.TOKEN);
            assertThat(found.credentials().expiration()).isEqualTo(Instant.parse("2026-03-01T13:00:00Z"));
            assertThat(found.cheap()).isFalse();

            WireRequest request = server.requests().get(0);
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
    void readsTheTokenEachTimeAndGeneratesASessionName() {
        StringBuilder bodies = new StringBuilder();
        fake.http = (call, timeout) -> {
            bodies.append(new String(call.body(), StandardCharsets.UTF_8));
            return reply(call, 200, ANSWER);
        };
        lookUp();
        fake.file("token", "S3CR3Tnext");
        lookUp();
        assertThat(bodies)
                .contains("WebIdentityToken=" + PercentEncoding.encode(Secrets.TOKEN))
                .contains("WebIdentityToken=S3CR3Tnext")
                .contains("RoleSessionName=postern-" + FakeAwsEnvironment.START.toEpochMilli());
    }

    @Test
    void usesTheHostOfTheRegion() {
        assertThat(Sts.of(fake.awsEnvironment(), "eu-central-1").endpoint())
                .isEqualTo(URI.create("https://sts.eu-central-1.amazonaws.com"));
        fake.set("AWS_USE_FIPS_ENDPOINT", "true");
        assertThat(Sts.of(fake.awsEnvironment(), "us-east-2").endpoint())
                .isEqualTo(URI.create("https://sts-fips.us-east-2.amazonaws.com"));
        assertThat(Sts.of(fake.awsEnvironment(), "us-gov-west-1").endpoint())
                .isEqualTo(URI.create("https://sts.us-gov-west-1.amazonaws.com"));
        fake.set("AWS_ENDPOINT_URL", "http://localhost:4566");
        assertThat(Sts.of(fake.awsEnvironment(), "us-east-2").endpoint())
                .isEqualTo(URI.create("http://localhost:4566"));
    }

    @Test
    void reportsThatThereIsNoToken() {
        fake.variables.remove("AWS_WEB_IDENTITY_TOKEN_FILE");
        assertMissing(lookUp(), "AWS_WEB_IDENTITY_TOKEN_FILE is not set");
    }

    @Test
    void incompleteSettingsAndInvalidFilesAreRejected() {
        fake.variables.remove("AWS_ROLE_ARN");
        assertFails(Kind.CONFIGURATION, this::lookUp).contains("AWS_ROLE_ARN is not");
        fake.set("AWS_ROLE_ARN", "r").set("AWS_WEB_IDENTITY_TOKEN_FILE", home.resolve("absent"));
        assertFails(Kind.CONFIGURATION, this::lookUp).contains("absent cannot be read (NoSuchFileException)");
        fake.set("AWS_WEB_IDENTITY_TOKEN_FILE", fake.file("empty", "\n"));
        assertFails(Kind.CONFIGURATION, this::lookUp).contains("is empty");
    }

    @Test
    void theErrorHasTheMessageOfStsWithoutTheToken() {
        fake.http = (call, timeout) -> reply(
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
    void retriesOnceIfStsFails() {
        int[] attempts = {0};
        fake.http = (call, timeout) -> ++attempts[0] == 1 ? reply(call, 503, "") : reply(call, 200, ANSWER);
        assertThat(lookUp().credentials()).isNotNull();
        fake.http = (call, timeout) -> reply(call, 500, "<html>");
        assertFails(Kind.SERVER, this::lookUp).contains("answered 500").endsWith("; try again.");
        fake.http = new FakeAwsEnvironment(home).http;
        assertFails(Kind.CONNECTION, this::lookUp)
                .contains("AWS STS at https://sts.eu-central-1.amazonaws.com/ cannot be");
    }

    @Test
    void invalidAnswersAreRejected() {
        for (String body : new String[] {
            "",
            "<html>S3CR3T</html>",
            ANSWER.replace("AccessKeyId", "X"),
            ANSWER.replace("Expiration", "X"),
            ANSWER.replace("2026-03-01T", "S3CR3T"),
            ANSWER.replace("</Credentials>", "")
        }) {
            fake.http = (call, timeout) -> reply(call, 200, body);
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
