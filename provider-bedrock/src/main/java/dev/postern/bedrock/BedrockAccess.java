package dev.postern.bedrock;

import dev.postern.CallOptions;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of Bedrock and the authorization of calls. A request may have its own region and credentials, which are
 * used for this request only and are not stored.
 *
 * @param environment the environment of the process
 * @param region the region of requests that have none
 * @param endpoint the address to use instead of AWS's own; empty for AWS's own
 * @param apiKey the source of a Bedrock API key, which replaces signatures; null for signatures
 * @param source the credentials that sign requests
 */
record BedrockAccess(
        AwsEnvironment environment,
        AwsRegion region,
        String endpoint,
        @Nullable Supplier<String> apiKey,
        AwsCredentialsSource source) {
    private static final String SERVICE = "bedrock"; // for both hosts
    private static final String HIDDEN = "***";

    /**
     * An authorized call.
     *
     * @param call the call with its signature or API key
     * @param secrets the texts that no error or log may contain
     */
    record Authorized(HttpCall call, List<String> secrets) {
        /** The text of a server with all secrets masked. Some servers repeat parts of the request. */
        String redacted(String text) {
            String clean = text;
            for (String secret : secrets) {
                clean = clean.replace(secret, HIDDEN);
            }
            return clean;
        }

        /** Contains no secret. */
        @Override
        public String toString() {
            return call.toString();
        }
    }

    /**
     * The address of {@code /model/{modelId}/converse} or {@code …/converse-stream}. The model id is percent-encoded,
     * since an ARN has colons and slashes.
     */
    URI converse(String modelId, boolean stream, CallOptions options) {
        if (modelId.isEmpty()) {
            throw RequestErrors.invalid("Bedrock needs a model; set the model of the request, or default_model.");
        }
        String path = "/model/" + PercentEncoding.encode(modelId) + (stream ? "/converse-stream" : "/converse");
        return withQuery(hosts(options).runtime() + path, options.query());
    }

    /** The address of a {@code GET} request to the control plane. */
    URI control(String path, Map<String, String> query) {
        return withQuery(hosts(CallOptions.NONE).control() + path, query);
    }

    private BedrockHosts hosts(CallOptions options) {
        return BedrockHosts.of(environment, regionOf(options), endpoint);
    }

    private static URI withQuery(String address, Map<String, String> query) {
        StringBuilder all = new StringBuilder(address);
        char before = '?';
        for (Map.Entry<String, String> parameter : query.entrySet()) {
            all.append(before)
                    .append(PercentEncoding.encode(parameter.getKey()))
                    .append('=')
                    .append(PercentEncoding.encode(parameter.getValue()));
            before = '&';
        }
        return URI.create(all.toString());
    }

    private String regionOf(CallOptions options) {
        String own = options.credentials().getOrDefault(BedrockProvider.REGION, "");
        if (own.isEmpty()) {
            return region.name();
        }
        if (!AwsRegion.isName(own)) { // it becomes part of the host name
            throw RequestErrors.invalid("The request's AWS region is not a name such as us-east-1.");
        }
        return own;
    }

    /** Adds the API key, or a signature with the current credentials. */
    Authorized authorize(HttpCall call, CallOptions options) {
        Map<String, String> own = options.credentials();
        String keyId = own.getOrDefault(BedrockProvider.ACCESS_KEY_ID, "");
        String secret = own.getOrDefault(BedrockProvider.SECRET_ACCESS_KEY, "");
        String token = own.getOrDefault(BedrockProvider.SESSION_TOKEN, "");
        // An incomplete set of credentials is an error. The provider's credentials must not replace it.
        if (!(keyId + secret + token).isEmpty()) {
            return signed(call, options, new AwsCredentials(keyId, secret, token));
        }
        String key = !options.apiKey().isEmpty()
                ? options.apiKey().trim()
                : apiKey == null ? "" : text(get("key", apiKey)).trim();
        if (!key.isEmpty()) {
            Map<String, String> headers = new LinkedHashMap<>(call.headers());
            headers.put("Authorization", "Bearer " + key);
            return new Authorized(new HttpCall(call.method(), call.uri(), headers, call.body()), List.of(key));
        }
        AwsCredentials found = get("credentials", source::credentials);
        if (found == null) {
            throw new LlmException(Kind.AUTHENTICATION, "The source of the AWS credentials returned null.");
        }
        return signed(call, options, found);
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

    private Authorized signed(HttpCall call, CallOptions options, AwsCredentials credentials) {
        SigV4Signer signer = new SigV4Signer(SERVICE, regionOf(options));
        List<String> secrets = new ArrayList<>();
        secrets.add(credentials.secretAccessKey());
        secrets.add(credentials.accessKeyId());
        if (!credentials.sessionToken().isEmpty()) {
            secrets.add(credentials.sessionToken());
        }
        return new Authorized(signer.sign(call, credentials, environment.clock().instant()), secrets);
    }
}
