package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.server.access.EmptyKeys;
import dev.postern.server.http.TlsPem;
import dev.postern.spi.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The files of the certificate and its key, in PEM.
 *
 * @param certificate the certificate, followed by those that it depends on
 * @param key its private key
 */
record TlsFiles(Path certificate, Path key) {
    private static final long MAX_BYTES = 1 << 20;
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    /** The files that the section {@code server} names; empty for none. */
    static Optional<TlsFiles> of(Settings server) {
        EmptyKeys.refuse(server, "tls");
        if (!server.has("tls")) {
            return Optional.empty();
        }
        Settings tls = server.section("tls");
        return Optional.of(new TlsFiles(path(tls, "certificate"), path(tls, "key")));
    }

    private static Path path(Settings tls, String key) {
        try {
            return Path.of(tls.required(key));
        } catch (InvalidPathException e) {
            throw tls.error(key, "must be the path of a file");
        }
    }

    List<Path> files() {
        return List.of(certificate, key);
    }

    /**
     * Reads both files.
     *
     * @throws LlmException of kind CONFIGURATION if one of them is invalid, or if they do not belong together
     */
    TlsPem read() {
        TlsPem pem = new TlsPem(text(certificate), text(key));
        PublicKey known = publicKey(pem.certificates());
        try {
            if (!isPair(known, pem.key())) {
                throw error(key, "is not the key of the certificate in " + certificate);
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw error(key, "is not a private key in PEM that fits the certificate");
        }
        return pem;
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw error(file, "is larger than 1 MiB");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw error(file, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private PublicKey publicKey(String pem) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)))
                    .iterator()
                    .next()
                    .getPublicKey();
        } catch (GeneralSecurityException | RuntimeException e) {
            throw error(certificate, "is not a certificate in PEM");
        }
    }

    /**
     * Whether a key belongs to a certificate. While both files are replaced, one of them is new before the other one. A key in
     * an older form than PKCS 8 is not checked, as the JDK cannot read it.
     */
    private static boolean isPair(PublicKey known, String pem) throws GeneralSecurityException {
        int begin = pem.indexOf(BEGIN);
        int end = pem.indexOf(END);
        if (begin < 0 || end < begin) {
            return pem.contains("-----BEGIN");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
        PrivateKey key = KeyFactory.getInstance(known.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        String algorithm = switch (known.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> known.getAlgorithm();
        };
        byte[] text = {1, 2, 3};
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(text);
        byte[] signed = signer.sign();
        signer.initVerify(known);
        signer.update(text);
        return signer.verify(signed);
    }

    private static LlmException error(Path file, String sentence) {
        return new LlmException(Kind.CONFIGURATION, file + ": " + sentence + "; see server.tls of the configuration.");
    }
}
