package dev.postern.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 requests from a connection in blocking mode. */
final class RequestReader {
    private static final int MAX_LINE = 1 << 20;
    private static final int MAX_BODY = 256 << 20;

    private final ReadableByteChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(8192).flip();

    RequestReader(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /** The next request; null if the connection ends before it. */
    @Nullable
    WireRequest next() throws IOException {
        String start = line();
        if (start == null) {
            return null;
        }
        String[] words = start.split(" ", -1);
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        long length = 0;
        boolean chunked = false;
        for (String header = headerLine(); !header.isEmpty(); header = headerLine()) {
            int colon = header.indexOf(':');
            if (words.length < 3 || colon < 1) {
                throw new IllegalStateException("the client sent no HTTP/1.1 request: " + Shown.shortened(start));
            }
            String name = header.substring(0, colon);
            String value = header.substring(colon + 1).trim();
            headers.add(Map.entry(name, value));
            if (name.equalsIgnoreCase("content-length")) {
                length = Long.parseLong(value);
            }
            chunked |= name.equalsIgnoreCase("transfer-encoding") && value.equalsIgnoreCase("chunked");
        }
        return new WireRequest(words[0], words[1], List.copyOf(headers), chunked ? chunks() : bytes(length));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String size = headerLine();
            int semicolon = size.indexOf(';');
            long length = Long.parseLong(semicolon < 0 ? size : size.substring(0, semicolon), 16);
            if (length == 0) {
                while (!headerLine().isEmpty()) {} // trailers
                return body.toByteArray();
            }
            body.writeBytes(bytes(body.size() + length > MAX_BODY ? MAX_BODY + 1L : length));
            headerLine();
        }
    }

    private byte[] bytes(long length) throws IOException {
        if (length < 0 || length > MAX_BODY) {
            throw new IllegalStateException("the body of the request is larger than " + MAX_BODY + " bytes");
        }
        byte[] body = new byte[(int) length];
        for (int i = 0; i < length; ) {
            fill();
            int count = Math.min(in.remaining(), body.length - i);
            in.get(body, i, count);
            i += count;
        }
        return body;
    }

    private String headerLine() throws IOException {
        String line = line();
        if (line == null) {
            throw new EOFException();
        }
        return line;
    }

    /** The next line without its terminator; null if the connection ends first. */
    private @Nullable String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (fill(); ; fill()) {
                byte next = in.get();
                if (next == '\n') {
                    return line.toString(StandardCharsets.ISO_8859_1);
                }
                if (next != '\r') {
                    line.write(next);
                }
                if (line.size() > MAX_LINE) {
                    throw new IllegalStateException("a line of the request is longer than " + MAX_LINE + " bytes");
                }
            }
        } catch (EOFException e) {
            return null;
        }
    }

    private void fill() throws IOException {
        if (!in.hasRemaining()) {
            in.clear();
            int count = channel.read(in);
            in.flip();
            if (count < 0) {
                throw new EOFException();
            }
        }
    }
}
