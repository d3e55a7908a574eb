package dev.postern.mcp;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Reads what a process writes to its error stream, so that it is not blocked, and keeps the end of it for a failure. What it reads is
 * logged at TRACE.
 */
final class StderrTail implements Runnable {
    private static final System.Logger LOG = System.getLogger("dev.postern.mcp");
    private static final int KEPT = 2000; // bytes

    private final StdioEndpoint endpoint;
    private final InputStream errors;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final byte[] tail = new byte[KEPT]; // a ring; guarded by this
    private long written; // guarded by this

    StderrTail(StdioEndpoint endpoint, InputStream errors) {
        this.endpoint = endpoint;
        this.errors = errors;
    }

    @Override
    public void run() {
        byte[] buffer = new byte[4096];
        try (errors) {
            for (int count; (count = errors.read(buffer)) >= 0; ) {
                keep(buffer, count);
                if (LOG.isLoggable(Level.TRACE)) {
                    LOG.log(
                            Level.TRACE,
                            "the MCP server '" + endpoint.name() + "' wrote to its log: "
                                    + endpoint.secrets()
                                            .redacted(new String(buffer, 0, count, StandardCharsets.UTF_8))
                                            .strip());
                }
            }
        } catch (IOException e) {
            // the process was closed
        } finally {
            ended.countDown();
        }
    }

    private synchronized void keep(byte[] buffer, int count) {
        for (int at = 0; at < count; at++) {
            tail[(int) (written++ % KEPT)] = buffer[at];
        }
    }

    /** Waits until the stream has ended. */
    void awaitEnd(long millis) throws InterruptedException {
        boolean unused = ended.await(millis, TimeUnit.MILLISECONDS);
    }

    /** The last line, in quotes and without the values of the environment; empty if there is none. */
    synchronized String tail() {
        int length = (int) Math.min(written, KEPT);
        byte[] text = new byte[length];
        for (int at = 0; at < length; at++) {
            text[at] = tail[(int) ((written - length + at) % KEPT)];
        }
        String all = new String(text, StandardCharsets.UTF_8).strip();
        int line = all.lastIndexOf('\n');
        byte[] last = all.substring(line + 1).getBytes(StandardCharsets.UTF_8);
        return last.length == 0 ? "" : endpoint.secrets().excerpt(last, 0, last.length);
    }
}
