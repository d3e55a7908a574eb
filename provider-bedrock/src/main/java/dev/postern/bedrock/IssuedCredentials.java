package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Reads the credentials that services and programs of AWS issue. Errors do not contain what was read. */
final class IssuedCredentials {
    private IssuedCredentials() {}

    /**
     * Reads credentials from JSON.
     *
     * @param tokenName the name of the session token: {@code Token} for services, {@code SessionToken} for programs
     * @param from the service or program, as the subject of an error message
     */
    static AwsCredentials ofJson(byte[] body, String tokenName, String from) {
        JsonObject json = Json.object(body);
        return of(
                json.text("AccessKeyId"),
                json.text("SecretAccessKey"),
                json.text(tokenName),
                json.text("Expiration"),
                from);
    }

    /** Creates credentials from their fields. The first two must not be blank. */
    static AwsCredentials of(String id, String secret, String token, String expiration, String from) {
        if (id.isBlank() || secret.isBlank()) {
            throw invalid(from, "without AccessKeyId or SecretAccessKey");
        }
        return new AwsCredentials(id, secret, token, instant(expiration, from));
    }

    private static Instant instant(String text, String from) {
        try {
            return text.isBlank()
                    ? Instant.MAX
                    : OffsetDateTime.parse(text.trim()).toInstant();
        } catch (DateTimeException e) {
            throw invalid(from, "with an Expiration that is not a time such as 2026-01-31T12:00:00Z");
        }
    }

    private static LlmException invalid(String from, String defect) {
        return new LlmException(
                Kind.PROTOCOL, from + " gave an answer " + defect + "; check that it issues AWS credentials.");
    }
}
