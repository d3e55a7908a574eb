package dev.postern.genai;

import java.net.URI;

/**
 * Where a server is.
 *
 * @param host the host; empty if unknown
 * @param port the port; 0 if unknown
 */
public record ServerAddress(String host, int port) {
    /** An address that is not known. */
    public static final ServerAddress UNKNOWN = new ServerAddress("", 0);

    /** Reads scheme, host and port. A port that is not given is that of the scheme. */
    public static ServerAddress of(String origin) {
        if (origin.isEmpty()) {
            return UNKNOWN;
        }
        URI uri;
        try {
            uri = URI.create(origin);
        } catch (IllegalArgumentException e) {
            return UNKNOWN;
        }
        if (uri.getHost() == null) {
            return UNKNOWN;
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : "http".equalsIgnoreCase(uri.getScheme()) ? 80 : 443;
        return new ServerAddress(uri.getHost(), port);
    }

    /** Whether the host is known. */
    public boolean isKnown() {
        return !host.isEmpty();
    }
}
