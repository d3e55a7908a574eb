package dev.postern.bedrock;

import dev.postern.LlmException;
import java.time.Instant;
import java.util.Objects;

/**
 * The keys of an AWS identity.
 *
 * @param accessKeyId names the key; sent with each request
 * @param secretAccessKey signs each request and is never sent
 * @param sessionToken goes with temporary keys; empty if these are not temporary
 * @param expiration from when on AWS refuses them; {@link Instant#MAX} if that is not known or never
 */
public record AwsCredentials(String accessKeyId, String secretAccessKey, String sessionToken, Instant expiration) {

    /**
     * Drops white space around the three texts, such as the line break of a file.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if a key is empty, or what has to go into a
     *     header cannot
     */
    public AwsCredentials {
        accessKeyId = Objects.requireNonNull(accessKeyId, "accessKeyId").trim();
        secretAccessKey =
                Objects.requireNonNull(secretAccessKey, "secretAccessKey").trim();
        sessionToken = Objects.requireNonNull(sessionToken, "sessionToken").trim();
        Objects.requireNonNull(expiration, "expiration");
        if (accessKeyId.isEmpty() || secretAccessKey.isEmpty()) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "AWS credentials need both an access key id and a secret access key, but the "
                            + (accessKeyId.isEmpty() ? "access key id" : "secret access key") + " is empty.");
        }
        checkLine("access key id", accessKeyId);
        checkLine("session token", sessionToken);
    }

    /** Credentials that do not expire, as far as is known. */
    public AwsCredentials(String accessKeyId, String secretAccessKey, String sessionToken) {
        this(accessKeyId, secretAccessKey, sessionToken, Instant.MAX);
    }

    /** Credentials of a user: without a session token, and without an end. */
    public AwsCredentials(String accessKeyId, String secretAccessKey) {
        this(accessKeyId, secretAccessKey, "");
    }

    private static void checkLine(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
                throw new LlmException(
                        LlmException.Kind.CONFIGURATION,
                        "The AWS " + what
                                + " holds white space or characters that are not ASCII; was it copied whole?");
            }
        }
    }

    /** Shows none of the three texts. */
    @Override
    public String toString() {
        return "AwsCredentials["
                + (sessionToken.isEmpty() ? "long-term" : "temporary")
                + (expiration.equals(Instant.MAX) ? "" : ", until " + expiration) + "]";
    }
}
