package dev.postern.server.http;

import java.util.Objects;

/**
 * The identity of a server for TLS.
 *
 * @param certificates the certificate and those that it depends on, in PEM
 * @param key the private key, in PEM
 */
public record TlsPem(String certificates, String key) {
    /** Refuses null. */
    public TlsPem {
        Objects.requireNonNull(certificates, "certificates");
        Objects.requireNonNull(key, "key");
    }

    /** Shows neither: the key is a secret. */
    @Override
    public String toString() {
        return "TlsPem";
    }
}
