package dev.postern.gateway;

import dev.postern.CallOptions;
import java.util.Locale;

/**
 * Which settings of a backend the caller overrides in one call. A failure that an override can cause does not count against
 * the backend.
 *
 * @param ownKey whether the caller sends a key or credentials
 * @param ownEndpoint whether the caller sends a value that can change the address, such as a region
 * @param ownTimeouts whether the caller sets timeouts
 */
record CallerOverrides(boolean ownKey, boolean ownEndpoint, boolean ownTimeouts) {

    /** The overrides in these options. */
    static CallerOverrides of(CallOptions options) {
        boolean key = !options.apiKey().isEmpty()
                || options.headers().keySet().stream().anyMatch(CallerOverrides::isSecretHeader)
                || options.query().keySet().stream().anyMatch(CallerOverrides::isSecretQuery)
                || options.credentials().keySet().stream().anyMatch(name -> !name.endsWith("region"));
        return new CallerOverrides(
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
