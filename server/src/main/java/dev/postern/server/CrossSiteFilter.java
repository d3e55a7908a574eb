package dev.postern.server;

import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.RequestFilter;
import dev.postern.server.http.ServerExchange;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Refuses requests that a web page of another site makes the browser of a user send, because the browser may reach a
 * gateway that the page's author cannot. Browsers add headers to such requests that no other client sends, and do not
 * send JSON for another site without asking the server first.
 */
final class CrossSiteFilter implements RequestFilter {
    private static final Set<String> FOREIGN = Set.of("cross-site", "same-site");
    /** Paths for probes, which use addresses instead of host names. */
    private static final Set<String> FOR_PROBES = Set.of("/healthz", "/readyz");
    /** Host names that an attacker cannot point to this machine by DNS. */
    private static final Pattern THIS_MACHINE =
            Pattern.compile("localhost|([a-z0-9-]+\\.)*localhost|127(\\.[0-9]{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

    private final boolean loopback;
    private final Supplier<ServerRules> rules;

    /**
     * Creates a filter.
     *
     * @param loopback whether the server listens on a loopback address
     * @param rules supplies the current rules of the configuration
     */
    CrossSiteFilter(boolean loopback, Supplier<ServerRules> rules) {
        this.loopback = loopback;
        this.rules = rules;
    }

    /**
     * Checks a request.
     *
     * @throws HttpFailure of status 403
     */
    @Override
    public void check(ServerExchange exchange) {
        ServerRules now = rules.get();
        List<String> hosts = exchange.headers("Host");
        if ((loopback || !now.hosts().isEmpty()) && !FOR_PROBES.contains(exchange.path())) {
            hosts.forEach(host -> checkHost(host, now));
        }
        List<String> origins = exchange.headers("Origin");
        boolean listed = !origins.isEmpty()
                && origins.stream().allMatch(origin -> now.origins().contains(origin.toLowerCase(Locale.ROOT)));
        if (listed) {
            checkBody(exchange);
            return;
        }
        for (String site : exchange.headers("Sec-Fetch-Site")) {
            if (FOREIGN.contains(site.toLowerCase(Locale.ROOT))) {
                throw HttpFailure.ofOtherSite("A page of another site may not use this gateway.");
            }
        }
        for (String origin : origins) {
            if (hosts.isEmpty() || !hosts.stream().allMatch(host -> isOriginOf(origin, host))) {
                throw HttpFailure.ofOtherSite(
                        "A page of this origin may not use this gateway, unless allowed_origins of the"
                                + " section 'server' in its configuration names it.");
            }
        }
        checkBody(exchange);
    }

    private static void checkHost(String host, ServerRules now) {
        String name = host.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", "").replaceFirst("\\.$", "");
        if (!THIS_MACHINE.matcher(name).matches() && !now.hosts().contains(name)) {
            throw HttpFailure.ofOtherSite(
                    "The gateway does not serve this host name, unless allowed_hosts of the section"
                            + " 'server' in its configuration names it.");
        }
    }

    /** Whether an origin has this host. The scheme is not compared, because a proxy may terminate TLS. */
    private static boolean isOriginOf(String origin, String host) {
        String from = origin.toLowerCase(Locale.ROOT);
        String port = from.startsWith("https://") ? ":443" : from.startsWith("http://") ? ":80" : "";
        return !port.isEmpty()
                && withoutPort(from.substring(from.indexOf("//") + 2), port)
                        .equals(withoutPort(host.toLowerCase(Locale.ROOT), port));
    }

    private static String withoutPort(String authority, String port) {
        return authority.endsWith(port) ? authority.substring(0, authority.length() - port.length()) : authority;
    }

    private static void checkBody(ServerExchange exchange) {
        if (exchange.hasBody() && !isJson(exchange.header("Content-Type"))) {
            throw HttpFailure.ofOtherSite("The body has no JSON content type; send Content-Type: application/json.");
        }
    }

    private static boolean isJson(String contentType) {
        String essence = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return essence.equals("application/json") || essence.endsWith("+json");
    }
}
