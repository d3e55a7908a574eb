package dev.postern.bedrock;

import dev.postern.LlmException;
import java.time.Instant;
import java.util.Objects;

/**
 * The keys of an AWS identity.
 *
 * @param accessKeyId the id of the key; sent with each request
 * @param secretAccessKey the key that signs each request; never sent
 * @param sessionToken the token of a temporary key; empty for a long-term key
 * @param expiration when AWS begins to refuse the key; {@link Instant#MAX} for never, or if it is unknown
 */
public record AwsCredentials(String accessKeyId, String secretAccessKey, String sessionToken, Instant expiration) {

    /**
     * Removes white space at both ends of the three texts, such as the line break at the end of a file.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if the id or the key is empty, or if the
     *     id or the token has characters that an HTTP header cannot contain
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
                    "AWS credentials need an access key id and a secret access key, but the "
                            + (accessKeyId.isEmpty() ? "access key id" : "secret access key") + " is empty.");
        }
        checkHeaderValue("access key id", accessKeyId);
        checkHeaderValue("session token", sessionToken);
    }

    /** Credentials without a known expiration. */
    public AwsCredentials(String accessKeyId, String secretAccessKey, String sessionToken) {
        this(accessKeyId, secretAccessKey, sessionToken, Instant.MAX);
    }

    /** Long-term credentials of a user: no session token, no expiration. */
    public AwsCredentials(String accessKeyId, String secretAccessKey) {
        this(accessKeyId, secretAccessKey, "");
    }

    private static void checkHeaderValue(String name, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
                throw new LlmException(
                        LlmException.Kind.CONFIGURATION,
                        "The AWS " + name
                                + " contains white space or characters that are not ASCII; check that it was copied"
                                + " correctly.");
            }
        }
    }

    /** Contains none of the three texts. */
    @Override
    public String toString() {
        return "AwsCredentials["
                + (sessionToken.isEmpty() ? "long-term" : "temporary")
                + (expiration.equals(Instant.MAX) ? "" : ", until " + expiration) + "]";
    }
}
