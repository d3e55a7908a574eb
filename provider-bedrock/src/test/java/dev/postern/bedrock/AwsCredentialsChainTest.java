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

    private FakeAwsEnvironment machine;
    private final List<String> asked = new ArrayList<>();

    /** A machine on which every place has credentials, each with an id of its own. */
    @BeforeEach
    void arrange() {
        machine = new FakeAwsEnvironment(home);
        machine.set("AWS_ACCESS_KEY_ID", "environment").set("AWS_SECRET_ACCESS_KEY", Secrets.KEY);
        machine.properties.put("aws.accessKeyId", "properties");
        machine.properties.put("aws.secretAccessKey", Secrets.KEY);
        machine.file(
                ".aws/credentials",
                "[default]",
                "aws_access_key_id=profile",
                "aws_secret_access_key=" + Secrets.KEY,
                "[other]",
                "aws_access_key_id=other",
                "aws_secret_access_key=" + Secrets.KEY,
                "[settings]",
                "region=eu-west-1");
        machine.set("AWS_WEB_IDENTITY_TOKEN_FILE", machine.file("token", Secrets.TOKEN))
                .set("AWS_ROLE_ARN", "arn:aws:iam::1:role/r");
        machine.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
        machine.http = (call, timeout) -> {
            asked.add(call.uri().getHost() + call.uri().getPath());
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
                default -> throw new IOException("who is " + call.uri());
            };
        };
    }

    private AwsCredentialsSource chain(String profile) {
        return AwsCredentialsChain.defaultChain(machine.awsEnvironment(), profile, "eu-west-3", AwsSdkBridge.absent());
    }

    private String first() {
        return chain("").credentials().accessKeyId();
    }

    @Test
    void asksThePlacesInTheirOrder() {
        assertThat(first()).isEqualTo("environment");
        machine.environment.remove("AWS_ACCESS_KEY_ID");
        machine.environment.remove("AWS_SECRET_ACCESS_KEY");
        assertThat(first()).isEqualTo("properties");
        machine.properties.clear();
        assertThat(first()).isEqualTo("profile");
        machine.set("AWS_PROFILE", "other");
        assertThat(first()).isEqualTo("other");
        machine.set("AWS_PROFILE", "settings");
        assertThat(asked).as("so far it took no network").isEmpty();
        assertThat(first()).isEqualTo("web");
        machine.environment.remove("AWS_WEB_IDENTITY_TOKEN_FILE");
        assertThat(first()).isEqualTo("container");
        machine.environment.remove("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        assertThat(first()).isEqualTo("instance");
    }

    @Test
    void aConfiguredProfileWinsOverTheEnvironment() {
        assertThat(chain("other").credentials().accessKeyId()).isEqualTo("other");
        assertThat(chain("settings").credentials().accessKeyId()).isEqualTo("web");
        assertFails(Kind.CONFIGURATION, () -> chain("absent").credentials()).contains("no AWS profile 'absent'");
    }

    @Test
    void asksNobodyWhileItIsBuilt() {
        assertThat(chain("")).isNotNull();
        assertThat(asked).isEmpty();
    }

    @Test
    void keepsWhatItFound() {
        machine.environment.clear();
        machine.properties.clear();
        machine.file(".aws/credentials");
        AwsCredentialsSource chain = chain("");
        AwsCredentials found = chain.credentials();
        assertThat(found.accessKeyId()).isEqualTo("instance");
        int calls = asked.size();
        machine.now = machine.now.plus(Duration.ofMinutes(50));
        assertThat(chain.credentials()).isSameAs(found);
        assertThat(asked).hasSize(calls);
        machine.now = machine.now.plus(Duration.ofMinutes(6));
        chain.credentials();
        assertThat(asked).hasSize(2 * calls);
    }

    @Test
    void whatIsWrongIsAnErrorAndNotAReasonToAskTheNext() {
        machine.environment.remove("AWS_SECRET_ACCESS_KEY");
        assertFails(Kind.CONFIGURATION, this::first).contains("AWS_SECRET_ACCESS_KEY is not");
        assertThat(asked).isEmpty();
    }

    @Test
    void namesAllThatItAskedInOneSentence() {
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
