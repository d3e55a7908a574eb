package dev.postern.server.access;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Reads the keys of an issuer on a thread of its own, which ends when there is nothing to do. */
final class JwkSource {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 5_000;
    private static final int MAX_BYTES = 1 << 20;
    private static final long TOTAL_SECONDS = 15;

    private JwkSource() {}

    /** Reads the keys at an address; at most 1 MiB in 15 seconds. */
    static Supplier<CompletionStage<JWKSet>> of(URL url) {
        DefaultResourceRetriever http = new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, MAX_BYTES);
        return later(() -> JWKSet.parse(http.retrieveResource(url).getContent()));
    }

    /** Reads the keys of a file. */
    static Supplier<CompletionStage<JWKSet>> of(Path file) {
        return later(() -> JWKSet.parse(Files.readString(file, StandardCharsets.UTF_8)));
    }

    private interface Reading {
        JWKSet read() throws Exception;
    }

    private static Supplier<CompletionStage<JWKSet>> later(Reading reading) {
        ThreadPoolExecutor thread =
                new ThreadPoolExecutor(1, 1, TOTAL_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1), task -> {
                    Thread each = new Thread(task, "gateway-jwks");
                    each.setDaemon(true);
                    return each;
                });
        thread.allowCoreThreadTimeOut(true);
        return () -> {
            CompletableFuture<JWKSet> keys = new CompletableFuture<>();
            thread.execute(
                    () -> { // a queue that is full rejects it, which is a failure like others
                        try {
                            keys.complete(reading.read());
                        } catch (Exception e) {
                            keys.completeExceptionally(e);
                        }
                    });
            return keys.orTimeout(TOTAL_SECONDS, TimeUnit.SECONDS);
        };
    }
}
