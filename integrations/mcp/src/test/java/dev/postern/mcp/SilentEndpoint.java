package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.http.RequestSecrets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A server that gets messages and never answers. */
final class SilentEndpoint implements Endpoint {
    final List<Pending> sent = new CopyOnWriteArrayList<>();
    final CountDownLatch closed = new CountDownLatch(1);
    final CountDownLatch stopped = new CountDownLatch(1);

    /** Runs while a stream of notifications is opened. */
    volatile Runnable whenListening = () -> {};

    @Override
    public Link open(Link.Events events) {
        return new Link() {
            @Override
            public void agreed(Protocol protocol) {}

            @Override
            public void send(Pending request, byte[] message) {
                sent.add(request);
            }

            @Override
            public CompletableFuture<Boolean> post(byte[] message) {
                return CompletableFuture.completedFuture(true);
            }

            @Override
            public void cancel(Pending request, String reason) {}

            @Override
            public Runnable listen(Runnable opened, Consumer<@Nullable LlmException> ended) {
                whenListening.run();
                return stopped::countDown;
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
    }

    @Override
    public boolean mayBeSilent() {
        return true;
    }

    @Override
    public boolean hasHeaders() {
        return false;
    }

    @Override
    public RequestSecrets secrets() {
        return RequestSecrets.NONE;
    }

    @Override
    public void close() {}
}
