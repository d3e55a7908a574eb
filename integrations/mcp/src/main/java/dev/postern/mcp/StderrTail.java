package dev.postern.mcp;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Reads what a process writes to its error stream, so that it is not blocked, and keeps the last line for a failure. Each line is logged
 * at TRACE. It works on whole lines, because a secret that comes in two parts is not found in either.
 */
final class StderrTail implements Runnable {
    private static final System.Logger LOG = System.getLogger("dev.postern.mcp");
    /** The bytes of a line that is shown. A longer one is not, as it would end with a part of it, which may be a part of a secret. */
    private static final int LONGEST = 16 << 10;

    private final StdioEndpoint endpoint;
    private final InputStream errors;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final byte[] line = new byte[LONGEST]; // of the thread that reads
    private int length; // of the thread that reads
    private volatile String last = "";

    StderrTail(StdioEndpoint endpoint, InputStream errors) {
        this.endpoint = endpoint;
        this.errors = errors;
    }

    @Override
    public void run() {
        byte[] buffer = new byte[4096];
        try (errors) {
            for (int count; (count = errors.read(buffer)) >= 0; ) {
                for (int at = 0; at < count; at++) {
                    add(buffer[at]);
                }
            }
        } catch (IOException e) {
            // the process was closed
        } finally {
            endLine();
            ended.countDown();
        }
    }

    private void add(byte next) {
        if (next == '\n') {
            endLine();
        } else if (length < LONGEST) {
            line[length++] = next;
        }
    }

    private void endLine() {
        String text = length < LONGEST
                ? new String(line, 0, length, StandardCharsets.UTF_8)
                : "a line of " + LONGEST + " bytes or more";
        length = 0;
        if (text.isBlank()) {
            return;
        }
        last = text;
        if (LOG.isLoggable(Level.TRACE)) {
            LOG.log(
                    Level.TRACE,
                    "the MCP server '" + endpoint.name() + "' wrote to its log: "
                            + endpoint.secrets().redacted(text).strip());
        }
    }

    /** Waits until the stream has ended. */
    void awaitEnd(long millis) throws InterruptedException {
        boolean unused = ended.await(millis, TimeUnit.MILLISECONDS);
    }

    /** The last line, in quotes and without the values of the environment; empty if there is none. */
    String tail() {
        byte[] text = last.getBytes(StandardCharsets.UTF_8);
        return text.length == 0 ? "" : endpoint.secrets().excerpt(text, 0, text.length);
    }
}
