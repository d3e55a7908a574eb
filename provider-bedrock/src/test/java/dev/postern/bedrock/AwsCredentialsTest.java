package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertCredentials;
import static dev.postern.bedrock.Secrets.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.postern.LlmException.Kind;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AwsCredentialsTest {

    @Test
    void whiteSpaceAtBothEndsIsRemoved() {
        assertCredentials(
                new AwsCredentials(" id\n", Secrets.KEY + "\r\n", "\t" + Secrets.TOKEN),
                "id",
                Secrets.KEY,
                Secrets.TOKEN);
    }

    @Test
    void toStringHasTypeAndExpirationOnly() {
        assertThat(new AwsCredentials("id", "key")).hasToString("AwsCredentials[long-term]");
        assertThat(new AwsCredentials("id", "key", "token", Instant.parse("2026-01-01T00:00:00Z")))
                .hasToString("AwsCredentials[temporary, until 2026-01-01T00:00:00Z]");
    }

    @Test
    void incompleteCredentialsAreRejected() {
        assertFails(Kind.CONFIGURATION, () -> new AwsCredentials(" ", Secrets.KEY))
                .contains("access key id is empty");
        assertFails(Kind.CONFIGURATION, () -> new AwsCredentials("S3CR3Tid", "\n"))
                .contains("secret access key is empty");
    }

    @Test
    void charactersThatAHeaderCannotContainAreRejected() {
        assertFails(Kind.CONFIGURATION, () -> new AwsCredentials("S3CR3T\nid", Secrets.KEY))
                .contains("access key id");
        assertFails(Kind.CONFIGURATION, () -> new AwsCredentials("id", Secrets.KEY, "S3CR3T\r\ntoken"))
                .contains("session token");
        assertFails(Kind.CONFIGURATION, () -> new AwsCredentials("id", Secrets.KEY, "S3CR3Té"))
                .contains("ASCII");
    }

    @Test
    void nullIsRejected() {
        assertThatNullPointerException().isThrownBy(() -> new AwsCredentials(null, "key"));
        assertThatNullPointerException().isThrownBy(() -> new AwsCredentials("id", "key", null));
        assertThatNullPointerException().isThrownBy(() -> AwsCredentialsSource.of(null));
    }

    @Test
    void aFixedSourceReturnsTheSameCredentials() {
        AwsCredentials fixed = new AwsCredentials("id", "key");
        assertThat(AwsCredentialsSource.of(fixed).credentials()).isSameAs(fixed);
    }
}
