package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.function.Consumer;

/** Reads the messages of a process, one a line. Used by one thread. */
final class MessageLines {
    private static final System.Logger LOG = System.getLogger("dev.postern.mcp");
    private static final int FIRST_SIZE = 8 << 10;
    private static final int LARGE = 1 << 20; // a larger buffer is not kept

    private final StdioEndpoint endpoint;
    private final InputStream output;
    private byte[] buffer;
    private int limit; // of the bytes in the buffer
    private boolean warned;

    MessageLines(StdioEndpoint endpoint, InputStream output) {
        this.endpoint = endpoint;
        this.output = output;
        buffer = firstBuffer();
    }

    private byte[] firstBuffer() {
        return new byte[Math.min(FIRST_SIZE, endpoint.maxMessageBytes())];
    }

    /**
     * Passes on all messages until the stream ends. A line that is no message is skipped, and the first one is logged.
     *
     * @throws LlmException of kind {@link Kind#PROTOCOL} if a line is longer than the bound
     * @throws IOException if the stream breaks
     */
    void forEach(Consumer<Incoming> receiver) throws IOException {
        int line = 0; // its start
        int scanned = 0; // there is no line end before this
        while (true) {
            while (scanned < limit) {
                if (buffer[scanned++] == '\n') {
                    message(line, scanned - 1 - line, receiver);
                    line = scanned;
                }
            }
            if (line > 0) {
                System.arraycopy(buffer, line, buffer, 0, limit - line);
                limit -= line;
                scanned -= line;
                line = 0;
            }
            if (limit == 0 && buffer.length > LARGE) {
                buffer = firstBuffer();
            } else if (limit == buffer.length) {
                buffer = Arrays.copyOf(buffer, larger());
            }
            int count = output.read(buffer, limit, buffer.length - limit);
            if (count < 0) {
                message(0, limit, receiver); // the last line has no end
                return;
            }
            limit += count;
        }
    }

    private int larger() {
        if (buffer.length >= endpoint.maxMessageBytes()) {
            throw LlmException.builder(
                            Kind.PROTOCOL,
                            "The MCP server '" + endpoint.name() + "' sent a message of more than "
                                    + endpoint.maxMessageBytes()
                                    + " bytes, so the connection was closed; ask for less, or raise"
                                    + " McpLimits.maxMessageBytes.")
                    .backend(endpoint.name())
                    .build();
        }
        return (int) Math.min(buffer.length * 2L, endpoint.maxMessageBytes());
    }

    private void message(int offset, int length, Consumer<Incoming> receiver) {
        boolean isBlank = true;
        for (int at = offset; at < offset + length && isBlank; at++) {
            isBlank = buffer[at] == ' ' || buffer[at] == '\t' || buffer[at] == '\r';
        }
        if (isBlank) {
            return;
        }
        Incoming message;
        try {
            message = Incoming.read(buffer, offset, length);
        } catch (LlmException e) {
            LOG.log(
                    warned ? Level.DEBUG : Level.WARNING,
                    "the MCP server '" + endpoint.name() + "' wrote a line that is no message, which is skipped: "
                            + endpoint.secrets().excerpt(buffer, offset, length));
            warned = true;
            return;
        }
        receiver.accept(message);
    }
}
