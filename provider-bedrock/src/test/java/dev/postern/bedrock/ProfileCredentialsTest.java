package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertFails;
import static dev.postern.bedrock.Secrets.assertNothing;
import static dev.postern.bedrock.Secrets.assertShown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileCredentialsTest {
    @TempDir
    Path home;

    private FakeAwsEnvironment machine;

    @BeforeEach
    void arrange() {
        machine = new FakeAwsEnvironment(home);
    }

    private CredentialsLookup lookUp(String configured) {
        AwsEnvironment environment = machine.awsEnvironment();
        Sts sts = new Sts(environment.http(), URI.create("https://sts.example"));
        return new ProfileCredentials(
                        environment,
                        configured,
                        sts,
                        AwsSdkBridge.absent(),
                        new CredentialProcess(Duration.ofSeconds(30)))
                .lookUp();
    }

    @Test
    void readsTheDefaultProfile() {
        machine.file(
                ".aws/credentials",
                "[default]",
                "aws_access_key_id = id",
                "aws_secret_access_key = " + Secrets.KEY,
                "aws_session_token = " + Secrets.TOKEN);
        CredentialsLookup found = lookUp("");
        assertShown(found.credentials(), "id", Secrets.KEY, Secrets.TOKEN);
        assertThat(found.cheap()).as("another program may rewrite the file").isTrue();
    }

    @Test
    void readsTheConfigAlone() {
        machine.file(".aws/config", "[profile dev]", "aws_access_key_id=id", "aws_secret_access_key=" + Secrets.KEY);
        assertShown(lookUp("dev").credentials(), "id", Secrets.KEY, "");
    }

    @Test
    void theProfileIsNamedByConfigurationThenEnvironmentThenProperty() {
        machine.file(
                ".aws/credentials",
                "[one]",
                "aws_access_key_id=1",
                "aws_secret_access_key=a",
                "[two]",
                "aws_access_key_id=2",
                "aws_secret_access_key=a",
                "[three]",
                "aws_access_key_id=3",
                "aws_secret_access_key=a");
        machine.properties.put("aws.profile", "three");
        assertThat(lookUp("").credentials().accessKeyId()).isEqualTo("3");
        machine.set("AWS_PROFILE", "two");
        assertThat(lookUp("").credentials().accessKeyId()).isEqualTo("2");
        assertThat(lookUp("one").credentials().accessKeyId()).isEqualTo("1");
    }

    @Test
    void credentialsWinOverConfigFieldByField() {
        machine.file(
                ".aws/config",
                "[profile \"my own\"]",
                "aws_access_key_id=old",
                "aws_secret_access_key=old",
                "region=eu-west-1");
        machine.file(".aws/credentials", "[my own]", "aws_access_key_id=new");
        assertShown(lookUp("my own").credentials(), "new", "old", "");
        assertThat(AwsProfiles.read(machine.awsEnvironment()).field("my own", "region"))
                .isEqualTo("eu-west-1");
    }

    @Test
    void theProperSpellingOfDefaultWins() {
        machine.file(
                ".aws/config",
                "[default]",
                "region=us-west-1",
                "[profile default]",
                "region=us-west-2",
                "[dev]",
                "a=b");
        AwsProfiles profiles = AwsProfiles.read(machine.awsEnvironment());
        assertThat(profiles.field("default", "region")).isEqualTo("us-west-2");
        assertThat(profiles.names()).containsExactly("default");
    }

    @Test
    void theFilesMayLieElsewhere() {
        machine.set("AWS_CONFIG_FILE", machine.file("elsewhere/c", "[default]", "region=r"));
        machine.set("AWS_SHARED_CREDENTIALS_FILE", "~/mine");
        machine.file("mine", "[default]", "aws_access_key_id=id", "aws_secret_access_key=s");
        assertThat(lookUp("").credentials().accessKeyId()).isEqualTo("id");
        assertThat(AwsProfiles.read(machine.awsEnvironment()).field("default", "region"))
                .isEqualTo("r");
    }

    @Test
    void saysThatThereIsNoProfile() {
        assertNothing(
                lookUp(""),
                "there is no profile in " + home.resolve(".aws/credentials") + " or " + home.resolve(".aws/config"));
    }

    @Test
    void saysThatTheProfileHasNoKeys() {
        machine.file(".aws/config", "[default]", "region=eu-west-1");
        assertNothing(lookUp(""), "aws_access_key_id is not in the profile 'default'");
    }

    @Test
    void refusesAProfileThatIsNotThere() {
        machine.file(".aws/config", "[profile dev]", "[profile prod]");
        assertFails(Kind.CONFIGURATION, () -> lookUp("prd"))
                .startsWith("There is no AWS profile 'prd' in ")
                .endsWith(", only dev, prod; correct the name or AWS_PROFILE.");
    }

    @Test
    void refusesHalvesAndMalformedFiles() {
        machine.file(".aws/credentials", "[default]", "aws_secret_access_key=" + Secrets.KEY);
        assertFails(Kind.CONFIGURATION, () -> lookUp("")).contains("but aws_access_key_id is not");
        machine.file(".aws/credentials", "[default", "aws_secret_access_key=" + Secrets.KEY);
        assertFails(Kind.CONFIGURATION, () -> lookUp("")).contains("Line 1 of " + home.resolve(".aws/credentials"));
    }

    @Test
    void refusesAFileOfAMegabyte() {
        machine.file(".aws/credentials", "[default]", "#".repeat(1 << 20));
        assertFails(Kind.CONFIGURATION, () -> lookUp("")).contains("is larger than");
    }

    @Test
    void runsTheProcess() {
        machine.file(
                ".aws/config",
                "[profile p]",
                "credential_process = printf '{\"Version\":1,\"AccessKeyId\":\"id\",\"SecretAccessKey\":\""
                        + Secrets.KEY + "\"}'",
                "aws_access_key_id = ignored",
                "aws_secret_access_key = ignored");
        CredentialsLookup found = lookUp("p");
        assertShown(found.credentials(), "id", Secrets.KEY, "");
        assertThat(found.cheap()).isFalse();
    }

    @Test
    void exchangesTheTokenThatTheProfileNames() {
        Path token = machine.file("token", Secrets.TOKEN);
        machine.file(
                ".aws/config",
                "[profile p]",
                "role_arn=arn:aws:iam::1:role/r",
                "web_identity_token_file=" + token,
                "role_session_name=me");
        machine.http =
                (call, timeout) -> WebIdentityCredentialsTest.reply(call, 200, WebIdentityCredentialsTest.ANSWER);
        assertShown(lookUp("p").credentials(), "ASIAEXAMPLE", Secrets.KEY, Secrets.TOKEN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sso_session=s|auth and software.amazon.awssdk:sso and software.amazon.awssdk:ssooidc to the application",
                "sso_start_url=https://x|auth and software.amazon.awssdk:sso to the application",
                "role_arn=arn:aws:iam::1:role/r|auth and software.amazon.awssdk:sts to the application",
                "login_session=arn|auth and software.amazon.awssdk:signin to the application",
            })
    void namesTheCoordinatesOfWhatOnlyTheSdkDoes(String field, String coordinates) {
        machine.file(".aws/config", "[profile p]", "source_profile=default", field);
        assertFails(Kind.CONFIGURATION, () -> lookUp("p"))
                .startsWith("The AWS profile 'p' has " + field.substring(0, field.indexOf('=')))
                .contains("add software.amazon.awssdk:" + coordinates);
    }
}
