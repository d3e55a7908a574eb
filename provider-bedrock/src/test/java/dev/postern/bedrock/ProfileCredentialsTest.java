package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertCredentials;
import static dev.postern.bedrock.Secrets.assertFails;
import static dev.postern.bedrock.Secrets.assertMissing;
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

    private FakeAwsEnvironment fake;

    @BeforeEach
    void setUp() {
        fake = new FakeAwsEnvironment(home);
    }

    private CredentialsLookup lookUp(String configured) {
        AwsEnvironment environment = fake.awsEnvironment();
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
    void keysOfTheDefaultProfile() {
        fake.file(
                ".aws/credentials",
                "[default]",
                "aws_access_key_id = id",
                "aws_secret_access_key = " + Secrets.KEY,
                "aws_session_token = " + Secrets.TOKEN);
        CredentialsLookup found = lookUp("");
        assertCredentials(found.credentials(), "id", Secrets.KEY, Secrets.TOKEN);
        assertThat(found.cheap()).as("another program may rewrite the file").isTrue();
    }

    @Test
    void keysInTheConfigFileOnly() {
        fake.file(".aws/config", "[profile dev]", "aws_access_key_id=id", "aws_secret_access_key=" + Secrets.KEY);
        assertCredentials(lookUp("dev").credentials(), "id", Secrets.KEY, "");
    }

    @Test
    void theProfileIsNamedByConfigurationThenEnvironmentThenProperty() {
        fake.file(
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
        fake.properties.put("aws.profile", "three");
        assertThat(lookUp("").credentials().accessKeyId()).isEqualTo("3");
        fake.set("AWS_PROFILE", "two");
        assertThat(lookUp("").credentials().accessKeyId()).isEqualTo("2");
        assertThat(lookUp("one").credentials().accessKeyId()).isEqualTo("1");
    }

    @Test
    void fieldsOfTheCredentialsFileHavePrecedence() {
        fake.file(
                ".aws/config",
                "[profile \"my own\"]",
                "aws_access_key_id=old",
                "aws_secret_access_key=old",
                "region=eu-west-1");
        fake.file(".aws/credentials", "[my own]", "aws_access_key_id=new");
        assertCredentials(lookUp("my own").credentials(), "new", "old", "");
        assertThat(AwsProfiles.read(fake.awsEnvironment()).field("my own", "region"))
                .isEqualTo("eu-west-1");
    }

    @Test
    void profileDefaultHasPrecedenceOverDefault() {
        fake.file(
                ".aws/config",
                "[default]",
                "region=us-west-1",
                "[profile default]",
                "region=us-west-2",
                "[dev]",
                "a=b");
        AwsProfiles profiles = AwsProfiles.read(fake.awsEnvironment());
        assertThat(profiles.field("default", "region")).isEqualTo("us-west-2");
        assertThat(profiles.names()).containsExactly("default");
    }

    @Test
    void theEnvironmentSetsThePathsOfTheFiles() {
        fake.set("AWS_CONFIG_FILE", fake.file("elsewhere/c", "[default]", "region=r"));
        fake.set("AWS_SHARED_CREDENTIALS_FILE", "~/mine");
        fake.file("mine", "[default]", "aws_access_key_id=id", "aws_secret_access_key=s");
        assertThat(lookUp("").credentials().accessKeyId()).isEqualTo("id");
        assertThat(AwsProfiles.read(fake.awsEnvironment()).field("default", "region"))
                .isEqualTo("r");
    }

    @Test
    void reportsThatThereIsNoProfile() {
        assertMissing(
                lookUp(""),
                "there is no profile in " + home.resolve(".aws/credentials") + " or " + home.resolve(".aws/config"));
    }

    @Test
    void reportsAProfileWithoutKeys() {
        fake.file(".aws/config", "[default]", "region=eu-west-1");
        assertMissing(lookUp(""), "aws_access_key_id is not in the profile 'default'");
    }

    @Test
    void aMissingProfileIsAnError() {
        fake.file(".aws/config", "[profile dev]", "[profile prod]");
        assertFails(Kind.CONFIGURATION, () -> lookUp("prd"))
                .startsWith("There is no AWS profile 'prd' in ")
                .endsWith(", only dev, prod; correct the name or AWS_PROFILE.");
    }

    @Test
    void incompleteKeysAndMalformedFilesAreRejected() {
        fake.file(".aws/credentials", "[default]", "aws_secret_access_key=" + Secrets.KEY);
        assertFails(Kind.CONFIGURATION, () -> lookUp("")).contains("but aws_access_key_id is not");
        fake.file(".aws/credentials", "[default", "aws_secret_access_key=" + Secrets.KEY);
        assertFails(Kind.CONFIGURATION, () -> lookUp("")).contains("Line 1 of " + home.resolve(".aws/credentials"));
    }

    @Test
    void aFileAboveOneMebibyteIsRejected() {
        fake.file(".aws/credentials", "[default]", "#".repeat(1 << 20));
        assertFails(Kind.CONFIGURATION, () -> lookUp("")).contains("is larger than");
    }

    @Test
    void runsTheCredentialProcess() {
        fake.file(
                ".aws/config",
                "[profile p]",
                "credential_process = printf '{\"Version\":1,\"AccessKeyId\":\"id\",\"SecretAccessKey\":\""
                        + Secrets.KEY + "\"}'",
                "aws_access_key_id = ignored",
                "aws_secret_access_key = ignored");
        CredentialsLookup found = lookUp("p");
        assertCredentials(found.credentials(), "id", Secrets.KEY, "");
        assertThat(found.cheap()).isFalse();
    }

    @Test
    void exchangesTheWebIdentityTokenOfTheProfile() {
        Path token = fake.file("token", Secrets.TOKEN);
        fake.file(
                ".aws/config",
                "[profile p]",
                "role_arn=arn:aws:iam::1:role/r",
                "web_identity_token_file=" + token,
                "role_session_name=me");
        fake.http = (call, timeout) -> WebIdentityCredentialsTest.reply(call, 200, WebIdentityCredentialsTest.ANSWER);
        assertCredentials(lookUp("p").credentials(), "ASIAEXAMPLE", Secrets.KEY, Secrets.TOKEN);
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
    void theErrorNamesTheArtifactsOfTheSdk(String field, String coordinates) {
        fake.file(".aws/config", "[profile p]", "source_profile=default", field);
        assertFails(Kind.CONFIGURATION, () -> lookUp("p"))
                .startsWith("The AWS profile 'p' has " + field.substring(0, field.indexOf('=')))
                .contains("add software.amazon.awssdk:" + coordinates);
    }
}
