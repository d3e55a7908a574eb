package dev.postern.server.access;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The headers of Cross-Origin Resource Sharing, for pages of the listed origins. The origin is repeated, never {@code *}, and no
 * credentials of browsers such as cookies are allowed: a page sends its key in a header.
 */
public final class Cors {
    private static final String ORIGIN = "Access-Control-Allow-Origin";
    private static final String METHODS = "GET, HEAD, POST, PUT, DELETE";
    private static final String EXPOSED = "X-Backend, X-Request-Id, X-Correlation-Id, Retry-After, WWW-Authenticate";
    private static final String MAX_AGE = "600";
    private static final Pattern HEADERS = Pattern.compile("[A-Za-z0-9-]{1,64}( *, *[A-Za-z0-9-]{1,64}){0,63}");

    private Cors() {}

    /**
     * The headers that answers need; none if no origins are listed.
     *
     * @param allowed the listed origins, in lower case
     * @param origins the values of the header {@code Origin}
     */
    public static Map<String, String> headers(Set<String> allowed, List<String> origins) {
        if (allowed.isEmpty()) {
            return Map.of();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Vary", "Origin"); // also for others, so that a cache does not give them this answer
        if (isListed(allowed, origins)) {
            headers.put(ORIGIN, origins.get(0));
            headers.put("Access-Control-Expose-Headers", EXPOSED);
        }
        return headers;
    }

    /**
     * The headers of the answer, of status 204, to the question of a browser whether a page may send a request. Empty if the
     * request is no such question, or comes from an origin that is not listed. Browsers ask it without a key.
     *
     * @param asked the values of the header {@code Access-Control-Request-Method}
     * @param headersAsked the value of the header {@code Access-Control-Request-Headers}; empty if it is absent
     */
    public static Optional<Map<String, String>> preflight(
            Set<String> allowed, String method, List<String> origins, List<String> asked, String headersAsked) {
        if (!method.equals("OPTIONS") || asked.isEmpty() || !isListed(allowed, origins)) {
            return Optional.empty();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        headers.put(ORIGIN, origins.get(0));
        headers.put("Access-Control-Allow-Methods", METHODS);
        if (HEADERS.matcher(headersAsked).matches()) {
            headers.put("Access-Control-Allow-Headers", headersAsked); // a listed origin may send any header
        }
        headers.put("Access-Control-Max-Age", MAX_AGE);
        return Optional.of(headers);
    }

    private static boolean isListed(Set<String> allowed, List<String> origins) {
        return origins.size() == 1 && allowed.contains(origins.get(0).toLowerCase(Locale.ROOT));
    }
}
