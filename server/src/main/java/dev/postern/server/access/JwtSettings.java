package dev.postern.server.access;

import dev.postern.spi.Settings;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which tokens of an issuer are accepted, and what they allow.
 *
 * @param issuer the issuer, which the claim {@code iss} must be
 * @param audience the accepted audiences, one of which the claim {@code aud} must have
 * @param url where the keys of the issuer are; empty if they are in a file
 * @param file the file of the keys
 * @param algorithms the accepted algorithms
 * @param valid how long keys that were read are used if they cannot be read again
 * @param tenantClaim the claim with the tenant; empty if tokens have none
 * @param nameClaim the claim with the name
 * @param rolesClaim the claim with the roles
 * @param adminRole the role of administrators; empty if no token is one's
 * @param backends the backends that tokens allow
 * @param models the models that tokens allow
 * @param limits the limits of each subject
 */
record JwtSettings(
        String issuer,
        Set<String> audience,
        Optional<URL> url,
        Optional<Path> file,
        Set<String> algorithms,
        Duration valid,
        String tenantClaim,
        String nameClaim,
        String rolesClaim,
        String adminRole,
        NamePatterns backends,
        NamePatterns models,
        CallerLimits limits) {
    /** Algorithms with public keys only: a secret that both sides know would let every reader of it make tokens. */
    static final List<String> ALGORITHMS =
            List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");

    private static final List<String> DEFAULT_ALGORITHMS = List.of("RS256", "ES256", "EdDSA");
    private static final Duration VALID = Duration.ofHours(12);

    static JwtSettings of(Settings section, boolean priced) {
        EmptyKeys.refuse(section, "algorithms", "tenant_claim", "name_claim", "roles_claim", "admin_role");
        String issuer = section.required("issuer");
        section.required("audience");
        List<String> audience = section.texts("audience");
        if (section.has("jwks_url") == section.has("jwks_file")) {
            throw section.missing("jwks_url", "; set either jwks_url or jwks_file, the keys of the issuer");
        }
        List<String> algorithms = section.manyOf("algorithms", ALGORITHMS);
        Duration valid = section.duration("jwks_valid", VALID);
        if (valid.compareTo(JwkCache.REFRESH) < 0) {
            throw section.error("jwks_valid", "must be at least " + JwkCache.REFRESH.toMinutes() + "m");
        }
        return new JwtSettings(
                issuer,
                Set.copyOf(audience),
                Optional.of(section.text("jwks_url", ""))
                        .filter(text -> !text.isEmpty())
                        .map(text -> url(section, text)),
                Optional.of(section.text("jwks_file", ""))
                        .filter(text -> !text.isEmpty())
                        .map(text -> path(section, "jwks_file", text)),
                Set.copyOf(algorithms.isEmpty() ? DEFAULT_ALGORITHMS : algorithms),
                valid,
                section.text("tenant_claim", ""),
                section.text("name_claim", "sub"),
                section.text("roles_claim", "roles"),
                section.text("admin_role", ""),
                CallerSettings.patterns(section, "backends"),
                CallerSettings.patterns(section, "models"),
                CallerSettings.limits(section, priced));
    }

    private static URL url(Settings section, String text) {
        try {
            URI uri = URI.create(text);
            boolean here = uri.getHost() != null && uri.getHost().matches("localhost|127\\.[0-9.]+|\\[::1]");
            if (uri.getHost() != null
                    && ("https".equals(uri.getScheme()) || (here && "http".equals(uri.getScheme())))) {
                return uri.toURL();
            }
        } catch (IllegalArgumentException | MalformedURLException e) {
            // as below
        }
        throw section.error("jwks_url", "must be an https address; http is allowed on this machine only");
    }

    /** The path of a file. */
    static Path path(Settings section, String key, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw section.error(key, "must be the path of a file");
        }
    }
}
