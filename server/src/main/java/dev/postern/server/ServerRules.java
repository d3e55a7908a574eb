package dev.postern.server;

import dev.postern.gateway.ExtraPolicy;
import dev.postern.server.access.EmptyKeys;
import dev.postern.server.http.AddressRanges;
import dev.postern.spi.Settings;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The rules of the section {@code server} in the configuration file.
 *
 * @param hosts the allowed host names, in addition to those of this machine; in lower case, without port
 * @param origins the origins whose pages may use the server, such as {@code https://chat.example.com}; in lower case
 * @param extra the vendor fields that a client may send
 * @param proxies the trusted proxies
 * @param requestsPerClient the largest number of active requests from one address; 0 for no limit
 */
record ServerRules(
        Set<String> hosts, Set<String> origins, ExtraPolicy extra, AddressRanges proxies, int requestsPerClient) {
    /** The name of the section. */
    static final String SECTION = "server";

    private static final Pattern HOST = Pattern.compile("[a-z0-9._-]+|\\[[0-9a-f:.]+]");
    private static final Pattern ORIGIN = Pattern.compile("https?://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

    ServerRules {
        hosts = Set.copyOf(hosts);
        origins = Set.copyOf(origins);
    }

    /** The defaults: the names of this machine, no origins, all fields. */
    static ServerRules defaults() {
        return new ServerRules(Set.of(), Set.of(), ExtraPolicy.open(), AddressRanges.NONE, 0);
    }

    static ServerRules of(Settings section) {
        EmptyKeys.refuse(section, "allowed_hosts", "allowed_origins", "extra");
        return new ServerRules(
                names(section, "allowed_hosts", HOST, "must be names without port, such as gateway.example.com"),
                names(section, "allowed_origins", ORIGIN, "must be origins, such as https://chat.example.com"),
                extra(section.section("extra")),
                AddressRanges.parse(section.texts("trusted_proxies"))
                        .orElseThrow(() ->
                                section.error("trusted_proxies", "must be addresses such as 127.0.0.1 or 10.0.0.0/8")),
                section.section(LimitSettings.SECTION).integer("requests_per_client", 0, 1));
    }

    private static ExtraPolicy extra(Settings section) {
        EmptyKeys.refuse(section, "allowed", "locked");
        ExtraPolicy policy = ExtraPolicy.open().withLocked(section.texts("locked"));
        return section.has("allowed") ? policy.withAllowed(section.texts("allowed")) : policy;
    }

    private static Set<String> names(Settings section, String key, Pattern form, String rule) {
        Set<String> names = section.texts(key).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        if (!names.stream().allMatch(name -> form.matcher(name).matches())) {
            throw section.error(key, rule);
        }
        return names;
    }
}
