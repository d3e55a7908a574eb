package dev.postern.server;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client on a plain socket, which can also send invalid requests. */
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    /**
     * An answer.
     *
     * @param status the status
     * @param headers by their names in lower case
     * @param body the body without its chunks
     * @param whole whether it ended correctly
     */
    record Answer(int status, Map<String, String> headers, String body, boolean whole) {
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        in = socket.getInputStream();
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends a whole request. The header lines have no line ends. */
    RawClient request(String method, String target, String body, String... headers) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (bytes.length > 0) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(bytes.length)
                    .append("\r\n");
        }
        return send(head.append("\r\n").toString()).send(bytes);
    }

    /** Reads the next answer to its end. */
    Answer answer() throws IOException {
        return answer(true);
    }

    /** Reads the next answer to a HEAD request. */
    Answer answerWithoutBody() throws IOException {
        return answer(false);
    }

    private Answer answer(boolean hasBody) throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        Map<String, String> headers = headers();
        if (!hasBody) {
            return new Answer(status, headers, "", true);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean whole = true;
        try {
            if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
                for (int size; (size = Integer.parseInt(line(), 16)) > 0; line()) {
                    body.write(bytes(size));
                }
                line();
            } else {
                body.write(bytes(Integer.parseInt(headers.getOrDefault("content-length", "0"))));
            }
        } catch (EOFException e) {
            whole = false;
        }
        return new Answer(status, headers, body.toString(StandardCharsets.UTF_8), whole);
    }

    /** Reads the status line and the headers of the next answer, but not its body. */
    Map<String, String> headers() throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (String header; !(header = line()).isEmpty(); ) {
            int colon = header.indexOf(':');
            if (colon > 0) {
                headers.put(
                        header.substring(0, colon).toLowerCase(Locale.ROOT),
                        header.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    /** Reads one line, for example of a chunk. */
    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next; (next = in.read()) != '\n'; ) {
            if (next < 0) {
                throw new EOFException();
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException();
        }
        return bytes;
    }

    /** Reads the next chunk of a body, after the headers. */
    String chunk() throws IOException {
        String chunk = new String(bytes(Integer.parseInt(line(), 16)), StandardCharsets.UTF_8);
        line();
        return chunk;
    }

    /** Reads the rest of a body in chunks, after the headers. */
    String chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size; (size = Integer.parseInt(line(), 16)) > 0; line()) {
            body.write(bytes(size));
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    /** Reads until the server closes or resets the connection. */
    String rest() {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try {
            in.transferTo(rest);
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the server keeps the connection open", e);
        } catch (IOException e) {
            // a reset
        }
        return rest.toString(StandardCharsets.UTF_8);
    }

    /** Closes the output and reads the rest of the input. */
    String restAfterEnd() throws IOException {
        socket.shutdownOutput();
        return rest();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
