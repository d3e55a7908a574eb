package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertCredentials;
import static dev.postern.bedrock.Secrets.assertFails;
import static dev.postern.bedrock.Secrets.assertMissing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NamedCredentialsTest {
    private final FakeAwsEnvironment fake = new FakeAwsEnvironment(Path.of("none"));
    private final NamedCredentials environment = NamedCredentials.inEnvironment(fake.awsEnvironment());
    private final NamedCredentials properties = NamedCredentials.inSystemProperties(fake.awsEnvironment());

    @Test
    void credentialsInTheEnvironment() {
        fake.set("AWS_ACCESS_KEY_ID", Secrets.ID)
                .set("AWS_SECRET_ACCESS_KEY", Secrets.KEY + "\n")
                .set("AWS_SESSION_TOKEN", Secrets.TOKEN);
        CredentialsLookup found = environment.lookUp();
        assertCredentials(found.credentials(), Secrets.ID, Secrets.KEY, Secrets.TOKEN);
        assertThat(found.cheap()).isTrue();
        assertThat(found.toString()).doesNotContain("S3CR3T");
        assertThat(environment.toString()).doesNotContain("S3CR3T");
    }

    @Test
    void credentialsInSystemProperties() {
        fake.properties.put("aws.accessKeyId", Secrets.ID);
        fake.properties.put("aws.secretAccessKey", Secrets.KEY);
        assertCredentials(properties.lookUp().credentials(), Secrets.ID, Secrets.KEY, "");
    }

    @Test
    void reportsTheMissingName() {
        assertMissing(environment.lookUp(), "AWS_ACCESS_KEY_ID is not in the environment");
        assertMissing(properties.lookUp(), "aws.accessKeyId is not in the system properties");
        fake.set("AWS_ACCESS_KEY_ID", " ").set("AWS_SESSION_TOKEN", Secrets.TOKEN);
        assertMissing(environment.lookUp(), "AWS_ACCESS_KEY_ID is not in the environment");
    }

    @Test
    void incompleteCredentialsAreRejected() {
        fake.set("AWS_SECRET_ACCESS_KEY", Secrets.KEY);
        assertFails(Kind.CONFIGURATION, environment::lookUp)
                .isEqualTo("AWS_SECRET_ACCESS_KEY is in the environment but AWS_ACCESS_KEY_ID is not; set both or"
                        + " neither.");
        fake.properties.put("aws.accessKeyId", "S3CR3Tid");
        assertFails(Kind.CONFIGURATION, properties::lookUp).contains("aws.secretAccessKey is not");
    }

    @Test
    void anInvalidKeyIsRejected() {
        fake.set("AWS_ACCESS_KEY_ID", "S3CR3T id").set("AWS_SECRET_ACCESS_KEY", Secrets.KEY);
        assertFails(Kind.CONFIGURATION, environment::lookUp).contains("access key id");
    }
}
