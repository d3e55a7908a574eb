package dev.postern.server;

import dev.postern.CallOptions;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.ServerExchange;
import dev.postern.wire.GatewayHeaders;
import java.util.regex.Pattern;

/**
 * Reads the caller's credentials from the headers of one request. They are used for this request only, and are neither
 * stored nor logged. Other headers, such as {@code X-Cred-…}, are ignored: no header can set a host or a URL. Only the
 * region becomes part of a host name, so its form is checked.
 */
final class RequestCredentials {
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,32}");
    /** The form of keys and tokens. Session tokens are long and have no spaces. */
    private static final Pattern SECRET = Pattern.compile("[!-~]{1,8192}");

    private RequestCredentials() {}

    /** A new options object for this request. It has credentials only if the headers have a key id and a secret key. */
    static CallOptions of(ServerExchange exchange) {
        CallOptions.Builder options = CallOptions.builder();
        GatewayHeaders.CREDENTIALS.forEach((name, header) -> {
            String value = exchange.header(header);
            if (!value.isEmpty()) {
                options.credential(name, checked(header, value));
            }
        });
        boolean whole = !exchange.header(GatewayHeaders.AWS_ACCESS_KEY_ID).isEmpty()
                && !exchange.header(GatewayHeaders.AWS_SECRET_ACCESS_KEY).isEmpty();
        return whole ? options.build() : CallOptions.builder().build();
    }

    private static String checked(String header, String value) {
        Pattern good = header.equals(GatewayHeaders.AWS_REGION) ? REGION : SECRET;
        if (!good.matcher(value).matches()) {
            throw HttpFailure.of(400, "The header " + header + " has an invalid value; correct it.");
        }
        return value;
    }
}
