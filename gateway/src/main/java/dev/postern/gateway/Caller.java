package dev.postern.gateway;

import dev.postern.CallOptions;
import java.util.Locale;

/**
 * What of a call is the caller's own, so that its failures say nothing about the backend for others.
 *
 * @param ownKey whether the call has a key or credentials of the caller's
 * @param ownPlace whether it has something that may lead to another address, such as a region
 * @param ownTimeouts whether it has timeouts of the caller's
 */
record Caller(boolean ownKey, boolean ownPlace, boolean ownTimeouts) {

    /** The caller of a request with these options. */
    static Caller of(CallOptions options) {
        boolean key = !options.apiKey().isEmpty()
                || options.headers().keySet().stream().anyMatch(Caller::isSecretHeader)
                || options.query().keySet().stream().anyMatch(Caller::isSecretQuery)
                || options.credentials().keySet().stream().anyMatch(name -> !name.endsWith("region"));
        return new Caller(
                key, !options.credentials().isEmpty(), options.timeouts().isPresent());
    }

    private static boolean isSecretHeader(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return name.endsWith("authorization")
                || name.endsWith("cookie")
                || name.endsWith("api-key")
                || name.endsWith("-token")
                || name.contains("access-key")
                || name.startsWith("x-cred-");
    }

    private static boolean isSecretQuery(String parameter) {
        String name = parameter.toLowerCase(Locale.ROOT).replace('-', '_');
        return name.equals("key") || name.endsWith("api_key") || name.endsWith("apikey") || name.endsWith("token");
    }
}
