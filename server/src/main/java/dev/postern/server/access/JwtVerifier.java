package dev.postern.server.access;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds the caller of a JSON Web Token: algorithm, signature, issuer, audience and times must be right, with 60 seconds of
 * difference between clocks. Does not block.
 */
final class JwtVerifier {
    /** With this, the ids of callers with tokens begin; an id of a key has no colon. */
    static final String ID_PREFIX = "token:";

    private static final int MAX_LENGTH = 16_384;
    private static final int SKEW_SECONDS = 60;

    private final JwtSettings settings;
    private final JwkCache keys;
    private final DefaultJWTClaimsVerifier<?> claims;

    JwtVerifier(JwtSettings settings, JwkCache keys, InstantSource clock) {
        this.settings = settings;
        this.keys = keys;
        claims =
                new DefaultJWTClaimsVerifier<>(
                        settings.audience(),
                        new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
                        Set.of("exp"),
                        Set.of()) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                };
        claims.setMaxClockSkew(SKEW_SECONDS);
    }

    /** Whether a text has the form of a token, which no key of the gateway has. */
    static boolean isToken(String text) {
        return text.startsWith("ey") && text.chars().filter(each -> each == '.').count() == 2;
    }

    /** The caller. The stage fails with an {@link AccessException} if the token is not accepted. */
    CompletionStage<Caller> caller(String text) {
        SignedJWT token = parsed(text);
        if (token == null
                || !settings.algorithms()
                        .contains(token.getHeader().getAlgorithm().getName())) {
            return CompletableFuture.failedStage(AccessException.invalidKey());
        }
        return keys.get()
                .thenCompose(known -> mayBeNew(token, known) ? keys.newer() : CompletableFuture.completedStage(known))
                .handle((known, thrown) -> {
                    if (known == null) {
                        throw new CompletionException(AccessException.unavailable(
                                "The keys of the issuer of tokens cannot be read now; send the request again."));
                    }
                    return checked(token, known);
                });
    }

    private static @Nullable SignedJWT parsed(String text) {
        try {
            return text.length() <= MAX_LENGTH ? SignedJWT.parse(text) : null;
        } catch (ParseException | RuntimeException e) {
            return null;
        }
    }

    /** Whether a token names a key that is not known. */
    private static boolean mayBeNew(SignedJWT token, JWKSet known) {
        String id = token.getHeader().getKeyID();
        return id != null && known.getKeyByKeyId(id) == null;
    }

    private Caller checked(SignedJWT token, JWKSet known) {
        try {
            if (!isSigned(token, known)) {
                throw new CompletionException(AccessException.invalidKey());
            }
            JWTClaimsSet set = token.getJWTClaimsSet();
            claims.verify(set, null);
            return caller(set);
        } catch (ParseException | BadJWTException e) {
            throw new CompletionException(AccessException.invalidKey());
        }
    }

    private static boolean isSigned(SignedJWT token, JWKSet known) {
        JWSHeader header = token.getHeader();
        JWKMatcher fits = JWKMatcher.forJWSHeader(header);
        if (fits == null) {
            return false;
        }
        for (JWK key : new JWKSelector(fits).select(known)) {
            if (TokenSignature.isOf(token, key)) {
                return true;
            }
        }
        return false;
    }

    private Caller caller(JWTClaimsSet set) {
        String name = text(set, settings.nameClaim());
        String tenant = settings.tenantClaim().isEmpty() ? "" : text(set, settings.tenantClaim());
        boolean admin = !settings.adminRole().isEmpty() && roles(set).contains(settings.adminRole());
        String subject = set.getSubject() == null ? name : text(set, "sub"); // a name may change, or be shared
        String id = ID_PREFIX + tenant.replace("%", "%25").replace("/", "%2F") + "/" + subject;
        return new Caller(id, name, tenant, admin, false, settings.backends(), settings.models(), settings.limits());
    }

    /** A claim that is required, in a form that is safe in a log. */
    private static String text(JWTClaimsSet set, String path) {
        if (claim(set, path) instanceof String text
                && CallerSettings.NAME.matcher(text).matches()) {
            return text;
        }
        throw new CompletionException(AccessException.invalidKey());
    }

    private List<?> roles(JWTClaimsSet set) {
        Object roles = claim(set, settings.rolesClaim());
        if (roles instanceof String text) {
            return List.of(text.split(" ")); // as in the claim scope
        }
        return roles instanceof List<?> list ? list : List.of();
    }

    /** A claim of this name; else, for a name with dots, the one inside of others. */
    private static @Nullable Object claim(JWTClaimsSet set, String path) {
        Object whole = set.getClaim(path);
        if (whole != null) {
            return whole;
        }
        Object inner = set.getClaims();
        for (String step : path.split("\\.", -1)) {
            inner = inner instanceof Map<?, ?> map ? map.get(step) : null;
        }
        return inner;
    }
}
