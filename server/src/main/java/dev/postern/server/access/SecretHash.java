package dev.postern.server.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The SHA-256 of the secret of a key. A fast hash is enough: the secret has 256 random bits, so nobody can guess it, unlike a
 * password.
 */
final class SecretHash {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private final byte[] bytes;

    private SecretHash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The hash of a secret, which is the part of a key after its id. */
    static SecretHash of(String secret) {
        try {
            return new SecretHash(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The hash that 64 hexadecimal digits in lower case denote; empty for another text. */
    static Optional<SecretHash> parse(String hex) {
        return HEX.matcher(hex).matches()
                ? Optional.of(new SecretHash(HexFormat.of().parseHex(hex)))
                : Optional.empty();
    }

    /** Whether both are the same, in a time that does not depend on where they differ. */
    boolean matches(SecretHash other) {
        return MessageDigest.isEqual(bytes, other.bytes);
    }

    /** The hash as 64 hexadecimal digits. */
    String hex() {
        return HexFormat.of().formatHex(bytes);
    }
}
