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
 * Where Bedrock is and who we are: makes the addresses, and calls that AWS accepts. A request may bring a region and
 * credentials of its own, which are used for it alone and kept nowhere.
 *
 * @param here what AWS's conventions look at
 * @param region for requests that bring none
 * @param endpoint in place of AWS's own hosts; empty for those
 * @param apiKey a Bedrock API key in place of signatures; null for signatures
 * @param source whose signatures
 */
record BedrockAccess(
        Surroundings here,
        AwsRegion region,
        String endpoint,
        @Nullable Supplier<String> apiKey,
        AwsCredentialsSource source) {
    private static final String SERVICE = "bedrock"; // for both hosts
    private static final String HIDDEN = "***";

    /**
     * A call that AWS accepts.
     *
     * @param call with its signature or key
     * @param secrets what of it nobody may see
     */
    record Authorized(HttpCall call, List<String> secrets) {
        /** The text without the secrets, which a server may repeat. */
        String redacted(String text) {
            String clean = text;
            for (String secret : secrets) {
                clean = clean.replace(secret, HIDDEN);
            }
            return clean;
        }

        /** Shows no secret. */
        @Override
        public String toString() {
            return call.toString();
        }
    }

    /** {@code POST /model/{modelId}/converse} or {@code …/converse-stream}. An ARN holds colons and slashes. */
    URI converse(String modelId, boolean stream, CallOptions options) {
        if (modelId.isEmpty()) {
            throw Refusal.invalid("Bedrock needs a model; name one in the request, or set default_model.");
        }
        String path = "/model/" + Percent.encode(modelId) + (stream ? "/converse-stream" : "/converse");
        return withQuery(hosts(options).runtime() + path, options.query());
    }

    /** {@code GET} of the control plane. */
    URI control(String path, Map<String, String> query) {
        return withQuery(hosts(CallOptions.NONE).control() + path, query);
    }

    private BedrockHosts hosts(CallOptions options) {
        return BedrockHosts.of(here, regionOf(options), endpoint);
    }

    private static URI withQuery(String address, Map<String, String> query) {
        StringBuilder all = new StringBuilder(address);
        char before = '?';
        for (Map.Entry<String, String> parameter : query.entrySet()) {
            all.append(before)
                    .append(Percent.encode(parameter.getKey()))
                    .append('=')
                    .append(Percent.encode(parameter.getValue()));
            before = '&';
        }
        return URI.create(all.toString());
    }

    private String regionOf(CallOptions options) {
        String own = options.credentials().getOrDefault(BedrockProvider.REGION, "");
        if (own.isEmpty()) {
            return region.name();
        }
        if (!AwsRegion.isName(own)) { // it becomes a part of the host's name
            throw Refusal.invalid("The request's AWS region is no name like us-east-1.");
        }
        return own;
    }

    /** The call with its key or signature, made of the credentials of this moment. */
    Authorized authorize(HttpCall call, CallOptions options) {
        Map<String, String> own = options.credentials();
        String keyId = own.getOrDefault(BedrockProvider.ACCESS_KEY_ID, "");
        String secret = own.getOrDefault(BedrockProvider.SECRET_ACCESS_KEY, "");
        String token = own.getOrDefault(BedrockProvider.SESSION_TOKEN, "");
        if (!(keyId + secret + token).isEmpty()) { // half of them is a mistake, and no reason to lend ours
            return signed(call, options, new AwsCredentials(keyId, secret, token));
        }
        String key = !options.apiKey().isEmpty()
                ? options.apiKey().trim()
                : apiKey == null ? "" : text(asked("key", apiKey)).trim();
        if (!key.isEmpty()) {
            Map<String, String> headers = new LinkedHashMap<>(call.headers());
            headers.put("Authorization", "Bearer " + key);
            return new Authorized(new HttpCall(call.method(), call.uri(), headers, call.body()), List.of(key));
        }
        AwsCredentials found = asked("credentials", source::credentials);
        if (found == null) {
            throw new LlmException(Kind.AUTHENTICATION, "The source of the AWS credentials gave none.");
        }
        return signed(call, options, found);
    }

    private static String text(@Nullable String key) {
        return key == null ? "" : key;
    }

    /** What somebody else's code gives. Neither its message nor its exception is shown, as either may hold a secret. */
    private static <T> @Nullable T asked(String what, Supplier<? extends @Nullable T> source) {
        try {
            return source.get();
        } catch (LlmException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new LlmException(
                    Kind.AUTHENTICATION,
                    "The source of the AWS " + what + " failed with "
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
        return new Authorized(signer.sign(call, credentials, here.clock().instant()), secrets);
    }
}
