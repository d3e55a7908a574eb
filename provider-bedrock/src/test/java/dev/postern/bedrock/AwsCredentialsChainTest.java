package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AwsCredentialsChainTest {
    @TempDir
    Path home;

    private FakeAwsEnvironment fake;
    private final List<String> requests = new ArrayList<>();

    /** An environment in which every location has credentials, each with a different id. */
    @BeforeEach
    void setUp() {
        fake = new FakeAwsEnvironment(home);
        fake.set("AWS_ACCESS_KEY_ID", "environment").set("AWS_SECRET_ACCESS_KEY", Secrets.KEY);
        fake.properties.put("aws.accessKeyId", "properties");
        fake.properties.put("aws.secretAccessKey", Secrets.KEY);
        fake.file(
                ".aws/credentials",
                "[default]",
                "aws_access_key_id=profile",
                "aws_secret_access_key=" + Secrets.KEY,
                "[other]",
                "aws_access_key_id=other",
                "aws_secret_access_key=" + Secrets.KEY,
                "[settings]",
                "region=eu-west-1");
        fake.set("AWS_WEB_IDENTITY_TOKEN_FILE", fake.file("token", Secrets.TOKEN))
                .set("AWS_ROLE_ARN", "arn:aws:iam::1:role/r");
        fake.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
        fake.http = (call, timeout) -> {
            requests.add(call.uri().getHost() + call.uri().getPath());
            String json = ContainerCredentialsTest.ANSWER;
            return switch (call.uri().getHost()) {
                case "sts.eu-west-3.amazonaws.com" ->
                    WebIdentityCredentialsTest.reply(
                            call, 200, WebIdentityCredentialsTest.ANSWER.replace("ASIAEXAMPLE", "web"));
                case "169.254.170.2" ->
                    WebIdentityCredentialsTest.reply(call, 200, json.replace("ASIAEXAMPLE", "container"));
                case "169.254.169.254" ->
                    WebIdentityCredentialsTest.reply(
                            call,
                            200,
                            call.uri().getPath().endsWith("/r") ? json.replace("ASIAEXAMPLE", "instance") : "r");
                default -> throw new IOException("unknown host " + call.uri());
            };
        };
    }

    private AwsCredentialsSource chain(String profile) {
        return AwsCredentialsChain.defaultChain(fake.awsEnvironment(), profile, "eu-west-3", AwsSdkBridge.absent());
    }

    private String first() {
        return chain("").credentials().accessKeyId();
    }

    @Test
    void locationsAreTriedInOrder() {
        assertThat(first()).isEqualTo("environment");
        fake.variables.remove("AWS_ACCESS_KEY_ID");
        fake.variables.remove("AWS_SECRET_ACCESS_KEY");
        assertThat(first()).isEqualTo("properties");
        fake.properties.clear();
        assertThat(first()).isEqualTo("profile");
        fake.set("AWS_PROFILE", "other");
        assertThat(first()).isEqualTo("other");
        fake.set("AWS_PROFILE", "settings");
        assertThat(requests).as("requests before web identity").isEmpty();
        assertThat(first()).isEqualTo("web");
        fake.variables.remove("AWS_WEB_IDENTITY_TOKEN_FILE");
        assertThat(first()).isEqualTo("container");
        fake.variables.remove("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        assertThat(first()).isEqualTo("instance");
    }

    @Test
    void aConfiguredProfileHasPrecedenceOverTheEnvironment() {
        assertThat(chain("other").credentials().accessKeyId()).isEqualTo("other");
        assertThat(chain("settings").credentials().accessKeyId()).isEqualTo("web");
        assertFails(Kind.CONFIGURATION, () -> chain("absent").credentials()).contains("no AWS profile 'absent'");
    }

    @Test
    void buildingTheChainLooksUpNothing() {
        assertThat(chain("")).isNotNull();
        assertThat(requests).isEmpty();
    }

    @Test
    void credentialsAreCached() {
        fake.variables.clear();
        fake.properties.clear();
        fake.file(".aws/credentials");
        AwsCredentialsSource chain = chain("");
        AwsCredentials found = chain.credentials();
        assertThat(found.accessKeyId()).isEqualTo("instance");
        int calls = requests.size();
        fake.now = fake.now.plus(Duration.ofMinutes(50));
        assertThat(chain.credentials()).isSameAs(found);
        assertThat(requests).hasSize(calls);
        fake.now = fake.now.plus(Duration.ofMinutes(6));
        chain.credentials();
        assertThat(requests).hasSize(2 * calls);
    }

    @Test
    void invalidCredentialsEndTheLookup() {
        fake.variables.remove("AWS_SECRET_ACCESS_KEY");
        assertFails(Kind.CONFIGURATION, this::first).contains("AWS_SECRET_ACCESS_KEY is not");
        assertThat(requests).isEmpty();
    }

    @Test
    void theErrorNamesAllLocations() {
        FakeAwsEnvironment bare = new FakeAwsEnvironment(home.resolve("nobody"));
        AwsCredentialsSource chain =
                AwsCredentialsChain.defaultChain(bare.awsEnvironment(), "", "eu-west-3", AwsSdkBridge.absent());
        assertFails(Kind.AUTHENTICATION, chain::credentials)
                .isEqualTo(
                        "No AWS credentials were found (AWS_ACCESS_KEY_ID is not in the environment; aws.accessKeyId is"
                                + " not in the system properties; there is no profile in "
                                + home.resolve("nobody/.aws/credentials") + " or " + home.resolve("nobody/.aws/config")
                                + "; AWS_WEB_IDENTITY_TOKEN_FILE is not set; neither"
                                + " AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set;"
                                + " no EC2 metadata service answers at http://169.254.169.254); set AWS_ACCESS_KEY_ID and"
                                + " AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a Bedrock API key in AWS_BEARER_TOKEN_BEDROCK, or"
                                + " set the provider's credentials.");
    }
}
