package dev.postern.bedrock;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Collects what a process prints, on a daemon thread. The output ends only when every program that inherited it has
 * ended, and a thread that reads it cannot be interrupted.
 */
final class ProcessOutput implements Runnable {
    private final InputStream in;
    private final int max;
    private final Runnable tooMuch;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(); // its methods are synchronized
    private final Thread reader = new Thread(this, "postern-credential-process");
    private volatile boolean failed;

    /**
     * Creates a reader.
     *
     * @param max the number of bytes after which reading ends
     * @param tooMuch is called on the reading thread if there are more
     */
    ProcessOutput(InputStream in, int max, Runnable tooMuch) {
        this.in = in;
        this.max = max;
        this.tooMuch = tooMuch;
        reader.setDaemon(true);
    }

    void start() {
        reader.start();
    }

    @Override
    public void run() {
        try (in) {
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes.write(buffer, 0, n);
                if (bytes.size() > max) {
                    tooMuch.run();
                    return;
                }
            }
        } catch (IOException e) {
            failed = true;
        }
    }

    /**
     * Returns what was printed, after its end or after this time.
     *
     * @return more than the maximum if the process printed more
     * @throws IOException if it cannot be read
     */
    byte[] await(long millis) throws IOException, InterruptedException {
        reader.join(millis);
        if (failed && bytes.size() <= max) {
            throw new IOException("the output cannot be read");
        }
        return bytes.toByteArray();
    }
}
