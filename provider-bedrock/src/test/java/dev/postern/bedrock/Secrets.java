package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Secrets for tests, and assertions that no message contains them. */
final class Secrets {
    static final String KEY = "S3CR3TwJalrXUtnFEMI/K7MDENG+bPxRfiCY";
    static final String TOKEN = "S3CR3TtokenFwoGZXIvYXdzEBYaDK==";
    static final String ID = "AKIDEXAMPLE";

    private Secrets() {}

    /** Asserts that the call fails with this kind and without a secret, and returns an assertion for the message. */
    static AbstractStringAssert<?> assertFails(Kind kind, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(LlmException.class);
        LlmException failure = (LlmException) thrown;
        assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
        StringWriter all = new StringWriter();
        failure.printStackTrace(new PrintWriter(all));
        assertThat(all.toString()).doesNotContain("S3CR3T");
        assertThat(failure.serverMessage()).doesNotContain("S3CR3T");
        return assertThat(failure.getMessage());
    }

    static void assertCredentials(AwsCredentials credentials, String id, String key, String token) {
        assertThat(credentials.accessKeyId()).isEqualTo(id);
        assertThat(credentials.secretAccessKey()).isEqualTo(key);
        assertThat(credentials.sessionToken()).isEqualTo(token);
        assertThat(credentials.toString()).doesNotContain("S3CR3T").doesNotContain(id);
    }

    static void assertMissing(CredentialsLookup found, String missing) {
        assertThat(found.credentials()).isNull();
        assertThat(found.missing()).isEqualTo(missing);
    }
}
