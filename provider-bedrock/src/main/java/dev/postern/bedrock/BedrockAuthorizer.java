package dev.postern.bedrock;

import dev.postern.CallOptions;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.http.RequestSecrets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Adds an API key or a signature to calls. A request may have its own region and credentials, which are used for this
 * request only and are not stored. Look-ups of keys and credentials may block.
 *
 * @param region the region of requests that have none
 * @param clock the time of signatures
 * @param apiKey the source of a Bedrock API key, which replaces signatures; null for signatures
 * @param source the credentials that sign requests
 * @param signer signs requests that have neither their own region nor their own credentials
 */
record BedrockAuthorizer(
        AwsRegion region,
        Clock clock,
        @Nullable Supplier<String> apiKey,
        AwsCredentialsSource source,
        SigV4Signer signer) {
    private static final String SERVICE = "bedrock"; // for both hosts

    BedrockAuthorizer(AwsRegion region, Clock clock, @Nullable Supplier<String> apiKey, AwsCredentialsSource source) {
        this(region, clock, apiKey, source, new SigV4Signer(SERVICE, region.name()));
    }

    /**
     * An authorized call.
     *
     * @param call the call with its signature or API key
     * @param secrets the key or credentials, and the values of other secret headers
     */
    record Authorized(HttpCall call, RequestSecrets secrets) {
        /** Contains no secret. */
        @Override
        public String toString() {
            return call.toString();
        }
    }

    /** Adds the API key, or a signature with the current credentials. */
    Authorized authorize(HttpCall call, CallOptions options) {
        Map<String, String> own = options.credentials();
        String keyId = own.getOrDefault(BedrockProvider.ACCESS_KEY_ID, "");
        String secret = own.getOrDefault(BedrockProvider.SECRET_ACCESS_KEY, "");
        String token = own.getOrDefault(BedrockProvider.SESSION_TOKEN, "");
        // An incomplete set of credentials is an error. The provider's credentials must not replace it.
        if (!keyId.isEmpty() || !secret.isEmpty() || !token.isEmpty()) {
            return signed(call, ownSigner(options), new AwsCredentials(keyId, secret, token));
        }
        String key = !options.apiKey().isEmpty()
                ? options.apiKey().trim()
                : apiKey == null ? "" : text(get("key", apiKey)).trim();
        if (!key.isEmpty()) {
            Map<String, String> headers = new LinkedHashMap<>(call.headers());
            headers.put("Authorization", "Bearer " + key);
            return new Authorized(
                    new HttpCall(call.method(), call.uri(), headers, call.body()),
                    new RequestSecrets(call.headers(), key));
        }
        AwsCredentials found = get("credentials", source::credentials);
        if (found == null) {
            throw new LlmException(Kind.AUTHENTICATION, "The source of the AWS credentials returned null.");
        }
        boolean ownRegion = own.containsKey(BedrockProvider.REGION);
        return signed(call, ownRegion ? ownSigner(options) : signer, found);
    }

    private static String text(@Nullable String key) {
        return key == null ? "" : key;
    }

    /**
     * Calls the application's code. Its exception is neither quoted nor kept as the cause, because it may contain a
     * secret.
     */
    private static <T> @Nullable T get(String title, Supplier<? extends @Nullable T> source) {
        try {
            return source.get();
        } catch (LlmException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new LlmException(
                    Kind.AUTHENTICATION,
                    "The source of the AWS " + title + " failed with "
                            + e.getClass().getName() + ".");
        }
    }

    /** A new signer, which keeps no key for later requests. */
    private SigV4Signer ownSigner(CallOptions options) {
        return new SigV4Signer(SERVICE, region.nameFor(options));
    }

    private Authorized signed(HttpCall call, SigV4Signer with, AwsCredentials credentials) {
        RequestSecrets secrets = new RequestSecrets(
                call.headers(), credentials.secretAccessKey(), credentials.accessKeyId(), credentials.sessionToken());
        return new Authorized(with.sign(call, credentials, clock.instant()), secrets);
    }
}
