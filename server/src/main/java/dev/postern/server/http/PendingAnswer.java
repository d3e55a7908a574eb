package dev.postern.server.http;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Answers a request as soon as a result is there. No thread waits for it. */
public final class PendingAnswer {
    private PendingAnswer() {}

    /**
     * Answers with status 200 when the result is there. The result is cancelled when the client is gone or the server
     * stops.
     *
     * @param stopping the answer if the server stops before
     * @param json writes the result
     * @param failure converts the failure of the result, which may be a {@link
     *     java.util.concurrent.CancellationException}
     */
    public static <T> void await(
            ServerExchange exchange,
            CompletableFuture<T> result,
            HttpFailure stopping,
            Function<T, byte[]> json,
            Function<Throwable, Throwable> failure) {
        exchange.onCut(() -> {
            exchange.failed(RequestLog.STOPPED);
            exchange.fail(stopping);
            result.cancel(true);
        });
        exchange.onGone(() -> result.cancel(true));
        var unused = result.whenComplete((value, thrown) -> {
            try {
                if (thrown == null) {
                    exchange.json(200, json.apply(value));
                } else {
                    exchange.fail(failure.apply(thrown));
                }
            } catch (RuntimeException | Error e) {
                exchange.fail(e);
            }
        });
    }
}
