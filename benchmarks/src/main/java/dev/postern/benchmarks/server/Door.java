package dev.postern.benchmarks.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A port and what is spoken there.
 *
 * @param tls the keys; null without TLS
 * @param http2 whether HTTP/2 is spoken, otherwise HTTP/1.1
 */
record Door(@Nullable SSLContext tls, boolean http2) {

    /** HTTP/1.1 without TLS, HTTP/1.1 with TLS, HTTP/2 with TLS: in this order. */
    static List<Door> all(String keys, String password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(Path.of(keys))) {
            store.load(in, password.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, password.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(managers.getKeyManagers(), null, null);
        return List.of(new Door(null, false), new Door(tls, false), new Door(tls, true));
    }

    Connection connection(Server server, SocketChannel channel, SelectionKey key) {
        Wire wire = tls == null ? Wire.plain(channel) : new TlsWire(channel, engine(tls));
        return http2 ? new Http2Connection(server, wire, key) : new Http1Connection(server, wire, key);
    }

    private SSLEngine engine(SSLContext context) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setApplicationProtocols(new String[] {http2 ? "h2" : "http/1.1"});
        engine.setSSLParameters(parameters);
        return engine;
    }
}
