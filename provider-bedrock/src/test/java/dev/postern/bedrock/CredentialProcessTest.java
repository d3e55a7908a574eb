package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertCredentials;
import static dev.postern.bedrock.Secrets.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class CredentialProcessTest {
    private final CredentialProcess process = new CredentialProcess(Duration.ofSeconds(30));

    private static String print(String json) {
        return "cat <<'END'\n" + json + "\nEND";
    }

    @Test
    void readsTheOutputOfTheProgram() {
        AwsCredentials found = process.run(
                "p",
                print("{\"Version\": 1, \"AccessKeyId\": \"id\", \"SecretAccessKey\": \"" + Secrets.KEY
                        + "\", \"SessionToken\": \"" + Secrets.TOKEN
                        + "\", \"Expiration\": \"2026-03-01T13:00:00+00:00\"}"));
        assertCredentials(found, "id", Secrets.KEY, Secrets.TOKEN);
        assertThat(found.expiration()).isEqualTo(Instant.parse("2026-03-01T13:00:00Z"));
    }

    @Test
    void withoutExpirationTheCredentialsNeverExpire() {
        AwsCredentials found = process.run("p", print("{\"AccessKeyId\":\"id\",\"SecretAccessKey\":\"k\"}"));
        assertThat(found.expiration()).isEqualTo(Instant.MAX);
    }

    @Test
    void theErrorHasTheStatusAndNotTheOutput() {
        assertFails(Kind.AUTHENTICATION, () -> process.run("p", "echo S3CR3T; echo S3CR3T >&2; exit 7"))
                .isEqualTo("The credential_process of the AWS profile 'p' failed with status 7; run it by hand to see"
                        + " its output.");
    }

    @Test
    void invalidAnswersAreRejected() {
        assertFails(Kind.PROTOCOL, () -> process.run("p", "echo S3CR3T")).contains("without AccessKeyId");
        assertFails(Kind.PROTOCOL, () -> process.run("p", "true")).contains("without AccessKeyId");
        assertFails(
                        Kind.PROTOCOL,
                        () -> process.run(
                                "p",
                                print(
                                        "{\"AccessKeyId\":\"id\",\"SecretAccessKey\":\"S3CR3T\",\"Expiration\":\"S3CR3T\"}")))
                .contains("Expiration");
    }

    @Test
    void aProgramWithTooMuchOutputIsKilled() {
        assertFails(Kind.PROTOCOL, () -> process.run("p", "yes S3CR3T")).contains("more than 65536 bytes");
    }

    @Test
    void aProgramThatRunsTooLongIsKilled() {
        CredentialProcess shortTimeout = new CredentialProcess(Duration.ofMillis(50));
        assertFails(Kind.TIMEOUT, () -> shortTimeout.run("p", "sleep 600 & cat /dev/zero >/dev/null; echo S3CR3T"))
                .contains("did not end within 50 ms");
    }

    @Test
    @Timeout(30)
    void aChildThatKeepsTheOutputOpenDelaysNothingAndLeavesNoThread(@TempDir Path directory) throws IOException {
        Path child = directory.resolve("child");
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        AwsCredentials found = process.run(
                "p",
                "sleep 60 & echo $! >'" + child + "'; sleep 1\n"
                        + print("{\"AccessKeyId\":\"id\",\"SecretAccessKey\":\"k\"}"));
        ProcessHandle sleeping =
                ProcessHandle.of(Long.parseLong(Files.readString(child).trim())).orElseThrow();
        try {
            assertCredentials(found, "id", "k", "");
            assertThat(sleeping.isAlive()).isTrue();
            assertThat(Thread.getAllStackTraces()).noneSatisfy((thread, stack) -> {
                assertThat(before).doesNotContain(thread);
                assertThat(stack).anyMatch(frame -> frame.getClassName().startsWith("dev.postern.bedrock."));
            });
        } finally {
            sleeping.destroyForcibly();
        }
    }

    @Test
    void outputAfterAPauseAndOfManyPiecesIsRead() {
        String token = "t".repeat(60_000);
        AwsCredentials found = process.run(
                "p",
                "printf '{\"AccessKeyId\":\"id\",'; sleep 0.1\n"
                        + print("\"SecretAccessKey\":\"k\",\"SessionToken\":\"" + token + "\"}"));
        assertCredentials(found, "id", "k", token);
    }

    @Test
    void theInputOfTheProgramIsClosed() {
        assertFails(Kind.PROTOCOL, () -> process.run("p", "cat"));
    }

    @Test
    void toStringHasNoCommand() {
        assertThat(process.toString()).doesNotContain("S3CR3T");
    }
}
