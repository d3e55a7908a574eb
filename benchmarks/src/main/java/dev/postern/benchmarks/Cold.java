package dev.postern.benchmarks;

import dev.postern.benchmarks.subject.Ear;
import dev.postern.benchmarks.subject.Subject;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** One stream in a new process, which ends after the first piece or after the stream. */
public final class Cold {
    private Cold() {}

    /** The subject, the server, the model, and {@code first} or {@code end}. */
    public static void main(String[] args) throws InterruptedException {
        boolean untilFirst = args[3].equals("first");
        Subject.of(args[0], URI.create(args[1])).stream(args[2], new Ear() {
            @Override
            public void text(String piece) {
                if (untilFirst) {
                    Runtime.getRuntime().halt(0);
                }
            }

            @Override
            public void bytes(int count) {
                text("");
            }

            @Override
            public void end(@Nullable Throwable failure, long expectedBytes) {
                if (failure != null) {
                    failure.printStackTrace();
                }
                Runtime.getRuntime().halt(failure == null ? 0 : 1);
            }
        });
        new CountDownLatch(1).await();
    }
}
