package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Reads credentials as services and programs of AWS hand them out. Never shows what it read. */
final class IssuedCredentials {
    private IssuedCredentials() {}

    /**
     * From JSON.
     *
     * @param tokenName {@code Token} with the services, {@code SessionToken} with programs
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

    /** From its parts, of which the first two must not be empty. */
    static AwsCredentials of(String id, String secret, String token, String expiration, String from) {
        if (id.isBlank() || secret.isBlank()) {
            throw unreadable(from, "without AccessKeyId or SecretAccessKey");
        }
        return new AwsCredentials(id, secret, token, moment(expiration, from));
    }

    private static Instant moment(String text, String from) {
        try {
            return text.isBlank()
                    ? Instant.MAX
                    : OffsetDateTime.parse(text.trim()).toInstant();
        } catch (DateTimeException e) {
            throw unreadable(from, "with an Expiration that is no moment like 2026-01-31T12:00:00Z");
        }
    }

    private static LlmException unreadable(String from, String what) {
        return new LlmException(
                Kind.PROTOCOL, from + " gave an answer " + what + "; is it what hands out AWS credentials?");
    }
}
