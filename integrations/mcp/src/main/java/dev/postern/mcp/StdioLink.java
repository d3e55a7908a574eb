package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.flow.Dispatcher;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a process: one message a line. The process starts with the first message. Three threads serve it: one writes, one
 * reads its messages, and one reads its log.
 */
final class StdioLink implements Link {
    private static final ThreadFactory THREADS = Dispatcher.threads("postern-mcp-");
    private static final byte[] END = {};

    private final StdioEndpoint endpoint;
    private final Link.Events events;
    private final BlockingQueue<byte[]> waiting;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Process process;
    private volatile @Nullable StderrTail log;

    StdioLink(StdioEndpoint endpoint, Link.Events events) {
        this.endpoint = endpoint;
        this.events = events;
        waiting = new ArrayBlockingQueue<>(endpoint.maxWaiting() + 1);
    }

    @Override
    public void agreed(Protocol protocol) {} // a message carries all that it needs

    @Override
    public void send(Pending request, byte[] message) {
        if (!enqueue(message)) {
            request.fail(LlmException.builder(
                            Kind.OVERLOADED,
                            "The MCP server '" + endpoint.name() + "' does not read its input; " + endpoint.maxWaiting()
                                    + " messages wait already.")
                    .backend(endpoint.name())
                    .build());
        }
    }

    @Override
    public CompletableFuture<Boolean> post(byte[] message) {
        return CompletableFuture.completedFuture(enqueue(message));
    }

    private boolean enqueue(byte[] message) {
        if (started.compareAndSet(false, true)) {
            start();
        }
        return waiting.offer(message);
    }

    @Override
    public void cancel(Pending request, String reason) {
        boolean isFirst =
                request.method().equals(Protocol.INITIALIZE) || request.method().equals(Protocol.DISCOVER);
        if (!isFirst) { // before the handshake, an older server expects nothing else
            enqueue(Protocol.notification(Protocol.CANCELLED, Map.of("requestId", request.id(), "reason", reason)));
        }
    }

    @Override
    public @Nullable Runnable listen(Runnable opened, Consumer<@Nullable LlmException> ended) {
        return null;
    }

    private void start() {
        if (closing.get()) {
            return; // the request fails, as the connection was closed
        }
        Process running;
        try {
            running = endpoint.process().start();
        } catch (IOException | RuntimeException e) {
            lost(LlmException.builder(
                            Kind.CONFIGURATION,
                            "The program of the MCP server '" + endpoint.name() + "', " + endpoint
                                    + ", cannot be started; check the command and its directory.")
                    .backend(endpoint.name())
                    .cause(e)
                    .build());
            return;
        }
        process = running;
        try {
            StderrTail errors = new StderrTail(endpoint, running.getErrorStream());
            log = errors;
            THREADS.newThread(errors).start();
            THREADS.newThread(() -> write(running.getOutputStream())).start();
            THREADS.newThread(() -> read(running)).start();
        } catch (Error e) { // no thread can be made
            running.destroyForcibly();
            lost(broken(e));
            throw e;
        }
        ProcessEnd.whenOver(running, () -> ended(running, null)); // unless its output has ended before
        if (closing.get()) {
            end(running); // it was closed meanwhile
        }
    }

    private LlmException broken(Throwable thrown) {
        return LlmException.builder(
                        Kind.CONNECTION,
                        "The connection to the process of the MCP server '" + endpoint.name() + "' broke: "
                                + thrown.getClass().getName() + ".")
                .backend(endpoint.name())
                .cause(thrown)
                .build();
    }

    private void write(OutputStream input) {
        try (input) {
            byte[] message = waiting.take();
            while (message.length > 0) { // END is empty
                input.write(message);
                input.write('\n');
                if (waiting.isEmpty()) {
                    input.flush();
                }
                message = waiting.take();
            }
        } catch (IOException e) {
            // the reader sees the end of the process
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(Process running) {
        LlmException failure = null;
        try {
            new MessageLines(endpoint, running.getInputStream()).forEach(events::received);
        } catch (LlmException e) {
            failure = e;
        } catch (IOException e) {
            // the process ended, or it was closed
        } catch (Throwable e) { // no memory for a large message, for example; those who wait must learn it
            failure = broken(e);
        }
        ended(running, failure);
    }

    /** The output of the process has ended. */
    private void ended(Process running, @Nullable LlmException failure) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        boolean wanted = closing.get();
        events.expired(); // it takes a while to learn why the process ended; until then, nobody must use it
        if (failure != null || !wanted) {
            lost(failure != null ? failure : reason(running));
        }
        if (!wanted) {
            close(); // it may have closed its output only
        }
    }

    /** The failure of a process that ended by itself. */
    private LlmException reason(Process running) {
        StderrTail errors = log;
        String status = "closed its output";
        try {
            if (running.waitFor(ProcessEnd.GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
                status = "ended with status " + running.exitValue();
            }
            if (errors != null) {
                errors.awaitEnd(ProcessEnd.GRACE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String said = errors == null ? "" : errors.tail();
        return LlmException.builder(
                        Kind.CONNECTION,
                        "The process of the MCP server '" + endpoint.name() + "' " + status
                                + (said.isEmpty() ? "." : "; it wrote " + said + "."))
                .backend(endpoint.name())
                .build();
    }

    private void lost(LlmException failure) {
        if (over.compareAndSet(false, true)) {
            events.lost(failure);
        }
    }

    /** Closes the input of the process, waits for its end, and kills it with the processes that it started if it does not end. */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        Process running = process;
        if (running != null) {
            end(running);
        }
    }

    private void end(Process running) {
        do {
            waiting.clear();
        } while (!waiting.offer(END));
        ProcessEnd.await(running);
    }
}
