package dev.postern.server.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The servers of one listener, one for each event loop, whose identity for TLS can change while they run. Thread-safe. */
final class TlsServers {
    private static final long SECONDS = 60;

    private final HttpServerOptions options;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    /** Servers with these options, which are used as they are if there is no TLS. */
    TlsServers(HttpServerOptions options) {
        this.options = options;
    }

    /** Makes these options those of a server with TLS. */
    static HttpServerOptions identified(HttpServerOptions options, TlsPem pem) {
        return options.setSsl(true).setKeyCertOptions(of(pem));
    }

    private static PemKeyCertOptions of(TlsPem pem) {
        return new PemKeyCertOptions()
                .setCertValue(Buffer.buffer(pem.certificates()))
                .setKeyValue(Buffer.buffer(pem.key()));
    }

    HttpServerOptions options() {
        return options;
    }

    void add(HttpServer server) {
        servers.add(server);
    }

    /**
     * Uses another identity for new connections; open ones stay open. Blocks for a moment.
     *
     * @throws LlmException of kind CONFIGURATION if it cannot be used; then the one before stays in use
     */
    void identify(TlsPem pem) {
        try {
            for (HttpServer server : servers) {
                server.updateSSLOptions(options.getSslOptions().copy().setKeyCertOptions(of(pem)))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LlmException(Kind.CONFIGURATION, "the change of the certificate was interrupted.", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new LlmException(
                    Kind.CONFIGURATION, "the certificate or its key cannot be used; check both files.", e);
        }
    }
}
