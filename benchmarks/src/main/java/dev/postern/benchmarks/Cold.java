package dev.postern.benchmarks;

import dev.postern.benchmarks.subject.Ear;
import dev.postern.benchmarks.subject.Subject;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One stream in a new process, which ends after the first piece or after the stream. It prints a line at that moment:
 * the JVM's exit takes up to 300 ms longer while a thread waits in native code, as the selector thread does.
 */
public final class Cold {
    static final String REACHED = "REACHED";

    private Cold() {}

    /** The subject, the server, the model, and {@code first} or {@code end}. */
    public static void main(String[] args) throws InterruptedException {
        boolean untilFirst = args[3].equals("first");
        Subject.of(args[0], URI.create(args[1]), false).stream(args[2], new Ear() {
            @Override
            public void text(String piece) {
                if (untilFirst) {
                    halt(0);
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
                } else if (untilFirst) {
                    System.err.println("the stream ended without a piece");
                }
                halt(failure == null && !untilFirst ? 0 : 1);
            }

            private void halt(int status) {
                System.out.println(REACHED);
                Runtime.getRuntime().halt(status);
            }
        });
        new CountDownLatch(1).await();
    }
}
