package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.postern.config.MapSettings;
import java.time.Duration;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JwtVerifierTest {
    private final Keys.Clock clock = new Keys.Clock();
    private JWKSet keys = new JWKSet(List.of(Tokens.RSA.toPublicJWK(), Tokens.EC.toPublicJWK(), Tokens.ED));

    private JwtVerifier verifier(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "issuer", Tokens.ISSUER, "audience", "postern", "jwks_file", "jwks.json", "tenant_claim", "tenant"));
        settings.putAll(more);
        JwkCache cache =
                new JwkCache(() -> CompletableFuture.completedStage(keys), Duration.ofHours(1), System::nanoTime);
        return new JwtVerifier(JwtSettings.of(MapSettings.of(settings), false), cache, clock);
    }

    private Caller caller(String token) {
        return verifier(Map.of()).caller(token).toCompletableFuture().join();
    }

    private AccessException refused(String token) {
        CompletionException thrown = catchThrowableOfType(CompletionException.class, () -> caller(token));
        assertThat(thrown).as("the token was accepted").isNotNull();
        return (AccessException) thrown.getCause();
    }

    private JWTClaimsSet claims(UnaryOperator<JWTClaimsSet.Builder> change) {
        return change.apply(Tokens.claims(clock.now)).build();
    }

    private String rsa(UnaryOperator<JWTClaimsSet.Builder> change) {
        return Tokens.signed(Tokens.RSA, JWSAlgorithm.RS256, claims(change));
    }

    @Test
    void eachAlgorithmIsVerified() {
        JWTClaimsSet claims = claims(all -> all);

        assertThat(caller(Tokens.signed(Tokens.RSA, JWSAlgorithm.RS256, claims)).name())
                .isEqualTo("ann");
        assertThat(caller(Tokens.signed(Tokens.EC, JWSAlgorithm.ES256, claims)).tenant())
                .isEqualTo("acme");
        assertThat(caller(Tokens.signedByEd(claims)).id()).isEqualTo("token:acme/ann");
    }

    @Test
    void aTokenWithoutTheNameOfItsKeyIsTriedWithAll() {
        String token = Tokens.signed(Tokens.RSA, new JWSHeader.Builder(JWSAlgorithm.RS256).build(), claims(all -> all));

        assertThat(caller(token).name()).isEqualTo("ann");
    }

    static Stream<Arguments> invalid() {
        Keys.Clock clock = new Keys.Clock();
        JWTClaimsSet claims = Tokens.claims(clock.now).build();
        JWK secret = new OctetSequenceKey.Builder(
                        Tokens.RSA.toPublicJWK().toJSONString().getBytes())
                .keyID("rsa")
                .build();
        String good = Tokens.signed(Tokens.RSA, JWSAlgorithm.RS256, claims);
        String edwards = Tokens.signedByEd(claims);
        return Stream.of(
                Arguments.of("no signature", new PlainJWT(claims).serialize()),
                Arguments.of("a secret that is the public key", Tokens.signed(secret, JWSAlgorithm.HS256, claims)),
                Arguments.of("an algorithm that is not listed", Tokens.signed(Tokens.RSA, JWSAlgorithm.RS512, claims)),
                Arguments.of("the key of another", Tokens.signed(Tokens.OTHER_RSA, JWSAlgorithm.RS256, claims)),
                Arguments.of("an unknown key", Tokens.signed(Tokens.rsa("new", 2048), JWSAlgorithm.RS256, claims)),
                Arguments.of("a changed signature", good.substring(0, good.length() - 8) + "AAAAAAAA"),
                Arguments.of("a changed signature of EdDSA", edwards.substring(0, edwards.length() - 8) + "AAAAAAAA"),
                Arguments.of("other claims", good.replaceFirst("\\.[^.]+\\.", ".eyJzdWIiOiJib2IifQ.")),
                Arguments.of("too long", good + "A".repeat(20_000)),
                Arguments.of("no token", "ey.ey.ey"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void invalid(String what, String token) {
        AccessException refused = refused(token);

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.headers())
                .containsEntry("WWW-Authenticate", "Bearer realm=\"postern\", error=\"invalid_token\"");
        assertThat(refused).hasMessageNotContaining(token);
    }

    @Test
    void claimsAreChecked() {
        assertThat(refused(rsa(all -> all.issuer("https://other.example"))).status())
                .isEqualTo(401);
        assertThat(refused(rsa(all -> all.audience("other"))).status()).isEqualTo(401);
        assertThat(refused(rsa(all -> all.audience((String) null))).status()).isEqualTo(401);
        assertThat(refused(rsa(all -> all.expirationTime(null))).status()).isEqualTo(401);
        assertThat(refused(rsa(all -> all.claim("tenant", null))).status()).isEqualTo(401);
        assertThat(refused(rsa(all -> all.subject("ann\nbob"))).status()).isEqualTo(401);
        assertThat(caller(rsa(all -> all.audience(List.of("other", "postern")))).name())
                .isEqualTo("ann");
    }

    @Test
    void clocksMayDifferByAMinute() {
        Date past = Date.from(clock.now.minusSeconds(55));
        Date future = Date.from(clock.now.plusSeconds(55));

        assertThat(caller(rsa(all -> all.expirationTime(past).notBeforeTime(past)))
                        .name())
                .isEqualTo("ann");
        assertThat(caller(rsa(all -> all.notBeforeTime(future))).name()).isEqualTo("ann");
        assertThat(refused(rsa(all -> all.expirationTime(Date.from(clock.now.minusSeconds(65)))))
                        .status())
                .isEqualTo(401);
        assertThat(refused(rsa(all -> all.notBeforeTime(Date.from(clock.now.plusSeconds(65)))))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aShortKeyOfTheIssuerIsNotUsed() {
        JWK weak = Tokens.rsa("weak", 1024);
        keys = new JWKSet(weak.toPublicJWK());

        assertThat(refused(Tokens.signed(weak, JWSAlgorithm.RS256, claims(all -> all)))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void rolesMakeAnAdministrator() {
        Map<String, Object> settings = Map.of(
                "admin_role",
                "boss",
                "roles_claim",
                "realm_access.roles",
                "models",
                List.of("gpt-*"),
                "limits",
                Map.of("concurrent", 3));
        JwtVerifier verifier = verifier(settings);
        Caller boss = verifier.caller(rsa(all -> all.claim("realm_access", Map.of("roles", List.of("user", "boss")))))
                .toCompletableFuture()
                .join();
        Caller user = verifier.caller(rsa(all -> all.claim("roles", "boss")))
                .toCompletableFuture()
                .join();

        assertThat(boss.admin()).isTrue();
        assertThat(boss.trusted()).isFalse();
        assertThat(boss.models()).hasToString("gpt-*");
        assertThat(boss.limits().concurrent()).isEqualTo(3);
        assertThat(user.admin()).isFalse();
        assertThat(caller(rsa(all -> all.claim("roles", List.of("")))).admin())
                .as("no role is that of administrators by default")
                .isFalse();
    }
}
