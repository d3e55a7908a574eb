package dev.postern.server.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;

/** Checks signatures with public keys. A key of another form than the algorithm needs never fits. */
final class TokenSignature {
    private static final int MIN_RSA_BITS = 2_048;

    private TokenSignature() {}

    /** Whether this key has signed the token. */
    static boolean isOf(SignedJWT token, JWK key) {
        JWSHeader header = token.getHeader();
        byte[] signed = token.getSigningInput();
        try {
            if (key instanceof RSAKey rsa) {
                return rsa.size() >= MIN_RSA_BITS
                        && new RSASSAVerifier(rsa.toRSAPublicKey()).verify(header, signed, token.getSignature());
            }
            if (key instanceof ECKey ec) {
                return new ECDSAVerifier(ec.toECPublicKey()).verify(header, signed, token.getSignature());
            }
            return key instanceof OctetKeyPair pair
                    && Curve.Ed25519.equals(pair.getCurve())
                    && header.getCriticalParams() == null
                    && ed25519(pair.getDecodedX(), signed, token.getSignature().decode());
        } catch (JOSEException | GeneralSecurityException e) {
            return false; // the algorithm is none of this key, or the key is invalid
        }
    }

    /** By the JDK, because the library needs another one for this algorithm. A key is a number, the lowest byte first. */
    private static boolean ed25519(byte[] key, byte[] signed, byte[] signature) throws GeneralSecurityException {
        if (key.length != 32) {
            return false;
        }
        byte[] number = new byte[key.length];
        for (int i = 0; i < key.length; i++) {
            number[i] = key[key.length - 1 - i];
        }
        boolean xIsOdd = (number[0] & 0x80) != 0; // the highest bit is no part of the number
        number[0] &= 0x7F;
        EdECPoint point = new EdECPoint(xIsOdd, new BigInteger(1, number));
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point)));
        verifier.update(signed);
        return verifier.verify(signature);
    }
}
