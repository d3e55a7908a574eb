package dev.postern.mcp;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Sends messages without an answer: some at once, and others wait until there is room. Thread-safe. */
final class PostLane {
    private final int maxAtOnce;
    private final int maxWaiting;
    private final Queue<Post> waiting = new ArrayDeque<>(); // guarded by this
    private int underWay; // guarded by this

    /**
     * A message.
     *
     * @param send sends it; the future ends when the server has it, or when it cannot get it
     * @param done is told the same
     */
    private record Post(Supplier<CompletableFuture<Boolean>> send, CompletableFuture<Boolean> done) {}

    PostLane(int maxAtOnce, int maxWaiting) {
        this.maxAtOnce = maxAtOnce;
        this.maxWaiting = maxWaiting;
    }

    /**
     * Sends a message, now or later. It is dropped if too many wait already.
     *
     * @return whether the server has it
     */
    CompletableFuture<Boolean> post(Supplier<CompletableFuture<Boolean>> send) {
        Post post = new Post(send, new CompletableFuture<>());
        synchronized (this) {
            if (underWay >= maxAtOnce) {
                if (waiting.size() >= maxWaiting) {
                    return CompletableFuture.completedFuture(false);
                }
                waiting.add(post);
                return post.done;
            }
            underWay++;
        }
        send(post);
        return post.done;
    }

    private void send(Post post) {
        CompletableFuture<Boolean> sent;
        try {
            sent = post.send.get();
        } catch (RuntimeException | Error e) { // there is no memory, for example
            sent = CompletableFuture.failedFuture(e);
        }
        var unused = sent.whenComplete((has, thrown) -> {
            Post next;
            synchronized (this) {
                next = waiting.poll();
                if (next == null) {
                    underWay--;
                }
            }
            post.done.complete(thrown == null && has);
            if (next != null) {
                send(next);
            }
        });
    }

    /** Drops the messages that wait. */
    void close() {
        List<Post> dropped;
        synchronized (this) {
            dropped = List.copyOf(waiting);
            waiting.clear();
        }
        dropped.forEach(post -> post.done.complete(false));
    }
}
