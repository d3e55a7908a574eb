package dev.postern.server;

import dev.postern.CallOptions;
import dev.postern.wire.GatewayHeaders;
import java.util.regex.Pattern;

/**
 * The caller's own credentials, of the headers of one request and for that request alone. They are kept nowhere and shown
 * nowhere. What other headers hold, {@code X-Cred-…} among them, is not looked at; in particular no header can name a host,
 * a URL or anything that becomes a part of one but the region, which therefore has to look like one.
 */
final class Credentials {
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,32}");
    /** Session tokens are long, and none of them has a space. */
    private static final Pattern SECRET = Pattern.compile("[!-~]{1,8192}");

    private Credentials() {}

    /** Options for this request, an object of its own: without credentials, unless there are both the key and its secret. */
    static CallOptions of(Exchange exchange) {
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
            throw Refusal.of(400, "The header " + header + " holds what cannot be one; correct it.");
        }
        return value;
    }
}
