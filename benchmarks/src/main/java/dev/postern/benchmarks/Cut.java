package dev.postern.benchmarks;

import dev.postern.benchmarks.subject.Ear;
import dev.postern.benchmarks.subject.Subject;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** One stream of a subject in a process of its own, which prints how the stream ended. See {@link Cuts}. */
public final class Cut {
    static final String ENDED = "ENDED ";

    private Cut() {}

    /** The subject and the server. */
    public static void main(String[] args) throws InterruptedException {
        Subject.of(args[0], URI.create(args[1]), false).stream("cut", new Ear() {
            private int pieces;

            @Override
            public void text(String piece) {
                pieces++;
            }

            @Override
            public void end(@Nullable Throwable failure, long expectedBytes) {
                System.out.println(ENDED + pieces + " pieces, then "
                        + (failure == null
                                ? "complete"
                                : "failed: " + failure.toString().replace('\n', ' ')));
                Runtime.getRuntime().halt(0);
            }
        });
        new CountDownLatch(1).await();
    }
}
