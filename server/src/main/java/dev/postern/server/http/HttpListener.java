package dev.postern.server.http;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Listens at an address with Vert.x, on several event loops. This class has all options of the server.
 *
 * <p>Without TLS it speaks HTTP/1.1 only: an upgrade to HTTP/2 in clear text can be abused to smuggle requests past a
 * proxy. With TLS, clients choose HTTP/2 by ALPN.
 */
final class HttpListener implements AutoCloseable {
    /** Connections that may wait to be accepted. With fewer, a burst of clients loses connections. */
    private static final int BACKLOG = 1024;

    private static final int MAX_EVENT_LOOPS = 8;
    private static final int MAX_LINE = 64 << 10;
    private static final int MAX_HEAD = 64 << 10;
    private static final long CHECK_MILLIS = 250;
    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 10;

    private final ListenerTransport transport;
    private final Vertx vertx;
    private final TlsServers servers;
    private final AtomicInteger port = new AtomicInteger();

    private HttpListener(VertxOptions options, HttpServerOptions server, Connections connections) {
        servers = new TlsServers(server);
        transport = new ListenerTransport(connections);
        vertx = Vertx.builder().with(options).withTransport(transport).build();
    }

    /**
     * Begins to listen. Port 0 stands for any free port.
     *
     * @param tls the identity for TLS; empty for clear text
     * @param requests gets each request with a valid head, on its event loop
     * @param invalid gets each request whose head is not valid HTTP
     * @throws java.net.BindException if the port is in use
     */
    static HttpListener start(
            InetSocketAddress address,
            Optional<TlsPem> tls,
            Connections connections,
            Handler<HttpServerRequest> requests,
            Handler<HttpServerRequest> invalid)
            throws IOException {
        int loops = Math.min(MAX_EVENT_LOOPS, Runtime.getRuntime().availableProcessors());
        HttpServerOptions options = serverOptions();
        tls.ifPresent(pem -> TlsServers.identified(options, pem));
        HttpListener listener = new HttpListener(vertxOptions(loops), options, connections);
        String host = address.getAddress().getHostAddress();
        SocketAddress shared = address.getPort() == 0
                ? SocketAddress.sharedRandomPort(1, host)
                : SocketAddress.inetSocketAddress(address.getPort(), host);
        Future<String> started = listener.vertx.deployVerticle(
                () -> new Acceptor(shared, listener, requests, invalid), new DeploymentOptions().setInstances(loops));
        try {
            started.toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            listener.close();
            throw e.getCause() instanceof IOException failure ? failure : new IOException(String.valueOf(e), e);
        } catch (InterruptedException e) {
            listener.close();
            Thread.currentThread().interrupt();
            throw new IOException("the start was interrupted", e);
        }
        listener.vertx.setPeriodic(CHECK_MILLIS, timer -> connections.closeLate());
        return listener;
    }

    private static VertxOptions vertxOptions(int loops) {
        return new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setWorkerPoolSize(1) // handlers run on RequestPool
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }

    /** See {@link TlsServers#identify}. */
    void identify(TlsPem pem) {
        servers.identify(pem);
    }

    /** The options of the server without TLS. */
    private static HttpServerOptions serverOptions() {
        return new HttpServerOptions()
                .setAcceptBacklog(BACKLOG)
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(true)
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(MAX_HEAD)
                .setHandle100ContinueAutomatically(false) // BodyCollector decides
                .setDecompressionSupported(false)
                .setCompressionSupported(false);
    }

    Vertx vertx() {
        return vertx;
    }

    int port() {
        return port.get();
    }

    /** Closes the listening socket; open connections stay open. */
    void stopAccepting() {
        transport.stopAccepting(STOP_SECONDS);
    }

    /** Closes all connections and ends the threads. */
    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // The threads end with the process.
        }
    }

    /** One event loop that listens. All of them share the port. */
    private static final class Acceptor extends VerticleBase {
        private final SocketAddress address;
        private final HttpListener listener;
        private final Handler<HttpServerRequest> requests;
        private final Handler<HttpServerRequest> invalid;

        Acceptor(
                SocketAddress address,
                HttpListener listener,
                Handler<HttpServerRequest> requests,
                Handler<HttpServerRequest> invalid) {
            this.address = address;
            this.listener = listener;
            this.requests = requests;
            this.invalid = invalid;
        }

        @Override
        public Future<?> start() {
            HttpServer server = vertx.createHttpServer(listener.servers.options());
            return server.requestHandler(requests)
                    .invalidRequestHandler(invalid)
                    .exceptionHandler(failure -> {}) // a connection that breaks before its request
                    .listen(address)
                    .onSuccess(listening -> {
                        listener.servers.add(listening);
                        listener.port.set(listening.actualPort());
                    });
        }
    }
}
