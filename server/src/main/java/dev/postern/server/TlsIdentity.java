package dev.postern.server;

import dev.postern.server.access.WatchedFiles;
import dev.postern.server.http.GatewayServer;
import dev.postern.server.http.TlsPem;
import dev.postern.spi.Settings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The certificate of the server, which is read again when its files change. */
final class TlsIdentity implements AutoCloseable {
    private final Duration interval;
    private Optional<TlsFiles> files = Optional.empty(); // used by the threads that load configurations, one at a time
    private boolean loaded;
    private @Nullable WatchedFiles<TlsPem> watched;
    private volatile @Nullable GatewayServer server;
    private @Nullable ScheduledExecutorService thread;

    TlsIdentity(Duration interval) {
        this.interval = interval;
    }

    /**
     * Reads the section {@code server}.
     *
     * @throws dev.postern.LlmException of kind CONFIGURATION if it is invalid, or other than before
     */
    synchronized void read(Settings section) {
        Optional<TlsFiles> now = TlsFiles.of(section);
        if (loaded && !now.equals(files)) {
            throw section.error("tls", "cannot change while the server runs; restart it");
        }
        if (!loaded && now.isPresent()) {
            TlsFiles found = now.get();
            watched = new WatchedFiles<>("The certificate", found.files(), () -> identify(found.read()));
        }
        files = now;
        loaded = true;
    }

    private TlsPem identify(TlsPem pem) {
        GatewayServer running = server;
        if (running != null) {
            running.identify(pem);
        }
        return pem;
    }

    /** What the server starts with; empty for clear text. */
    synchronized Optional<TlsPem> current() {
        return Optional.ofNullable(watched).map(WatchedFiles::value);
    }

    /** Begins to watch the files for this server. */
    synchronized void watch(GatewayServer started) {
        WatchedFiles<TlsPem> all = watched;
        if (all == null) {
            return;
        }
        server = started;
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread each = new Thread(task, "gateway-tls");
            each.setDaemon(true);
            return each;
        });
        long millis = interval.toMillis();
        var unused = thread.scheduleWithFixedDelay(all::check, millis, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
    }
}
