package dev.postern.testkit;

import dev.postern.CompletionCollector;
import dev.postern.CompletionResponse;
import dev.postern.StreamEvent;
import dev.postern.testkit.WireProtocol.StreamWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One answer of a {@link WireServer}'s script. Copied for each change. */
final class WireAnswer {
    /** What happens to an answer before its end. */
    enum Fault {
        NONE,
        CLOSE,
        CLOSE_INSIDE,
        RESET,
        HANG,
        GARBAGE,
        END
    }

    private final @Nullable FakeAnswer content;
    private final ScriptedServer.@Nullable Script script;
    // Changed by with() only, in a new copy.
    int status = 200;
    String message = "";
    String contentType = "";
    List<String> headerLines = List.of();
    Fault fault = Fault.NONE;
    int faultAfter;
    int pieceBytes = Integer.MAX_VALUE;
    Duration pause = Duration.ZERO;
    boolean stale;

    @Nullable
    CompletionStage<?> gate;

    private WireAnswer(@Nullable FakeAnswer content, ScriptedServer.@Nullable Script script) {
        this.content = content;
        this.script = script;
    }

    static WireAnswer of(FakeAnswer content) {
        return new WireAnswer(content, null);
    }

    static WireAnswer by(ScriptedServer.Script script) {
        return new WireAnswer(null, script);
    }

    static WireAnswer error(int status, String message, String... headerLines) {
        return new WireAnswer(null, null).with(answer -> {
            answer.status = status;
            answer.message = message;
            answer.headerLines = List.of(headerLines);
        });
    }

    /** A copy with a change. */
    WireAnswer with(Consumer<WireAnswer> change) {
        return copy(content, change);
    }

    /** A copy that breaks so after so many events. */
    WireAnswer faultAfter(Fault how, int events) {
        int all = content == null ? 0 : content.events().size();
        if (content == null || events < 0 || events >= all) {
            throw new IllegalArgumentException(
                    "the answer has " + all + " events, so nothing can break after " + events + " of them");
        }
        return with(answer -> {
            answer.fault = how;
            answer.faultAfter = events;
        });
    }

    WireAnswer withContent(UnaryOperator<FakeAnswer> change) {
        if (content == null) {
            throw new IllegalStateException("The last answer is an error or a script, which has no usage.");
        }
        return copy(change.apply(content), answer -> {});
    }

    private WireAnswer copy(@Nullable FakeAnswer newContent, Consumer<WireAnswer> change) {
        WireAnswer copy = new WireAnswer(newContent, script);
        copy.status = status;
        copy.message = message;
        copy.contentType = contentType;
        copy.headerLines = headerLines;
        copy.fault = fault;
        copy.faultAfter = faultAfter;
        copy.pieceBytes = pieceBytes;
        copy.pause = pause;
        copy.stale = stale;
        copy.gate = gate;
        change.accept(copy);
        return copy;
    }

    /** Writes the answer. */
    void to(WireExchange exchange, WireProtocol protocol) throws Exception {
        CompletionStage<?> open = gate;
        if (open != null && !awaited(open, exchange)) {
            return;
        }
        if (script != null) {
            script.answer(exchange);
        } else if (content == null) {
            error(exchange, protocol);
        } else if (fault == Fault.HANG && faultAfter < 0) {
            exchange.hold();
        } else if (fault == Fault.CLOSE && faultAfter < 0) {
            exchange.close();
        } else {
            FakeAnswer named = content.by(protocol.model(exchange.request()));
            if (protocol.wantsStream(exchange.request())) {
                stream(named, exchange, protocol);
            } else {
                whole(named, exchange, protocol);
            }
        }
        if (stale) {
            exchange.goStale();
        }
    }

    /** Returns false if the client went away before. */
    private static boolean awaited(CompletionStage<?> gate, WireExchange exchange) throws Exception {
        CompletableFuture<?> either =
                CompletableFuture.anyOf(gate.toCompletableFuture().copy(), exchange.peerClosed());
        try {
            either.get(FakeCalls.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("an answer was held for 30 seconds", e);
        } catch (ExecutionException e) {
            throw new AssertionError("the stage that holds an answer failed", e.getCause());
        }
        return !exchange.peerClosed().isDone();
    }

    private void error(WireExchange exchange, WireProtocol protocol) throws IOException {
        List<String> lines = new ArrayList<>(protocol.errorHeaders(status));
        lines.addAll(headerLines);
        exchange.answer(
                status, type("application/json"), protocol.error(status, message), lines.toArray(String[]::new));
    }

    private String type(String ofProtocol) {
        return contentType.isEmpty() ? ofProtocol : contentType;
    }

    /** A fault breaks the body in its middle. */
    private void whole(FakeAnswer answer, WireExchange exchange, WireProtocol protocol) throws IOException {
        byte[] body = fault == Fault.GARBAGE ? protocol.garbage() : protocol.whole(wholeOf(answer));
        List<String> lines = new ArrayList<>(headerLines);
        lines.add("Content-Type: " + type("application/json"));
        lines.add("Content-Length: " + body.length);
        exchange.head(status, lines.toArray(String[]::new));
        boolean all = fault == Fault.NONE || fault == Fault.GARBAGE;
        inPieces(all ? body : Arrays.copyOf(body, body.length / 2), exchange, exchange::send);
        if (fault == Fault.END) {
            exchange.close();
        } else if (!all) {
            end(exchange);
        }
    }

    private static CompletionResponse wholeOf(FakeAnswer answer) {
        CompletionResponse whole = answer.whole();
        if (whole == null) {
            CompletionCollector collector = new CompletionCollector();
            answer.events().forEach(collector::accept);
            whole = collector.result();
        }
        return whole;
    }

    private void stream(FakeAnswer answer, WireExchange exchange, WireProtocol protocol) throws IOException {
        StreamWriter writer = protocol.stream(protocol.model(exchange.request()));
        exchange.beginChunked(status, type(protocol.streamType()), headerLines.toArray(String[]::new));
        send(writer.opening(), exchange);
        int written = 0;
        for (StreamEvent event : answer.events()) {
            byte[] bytes = writer.event(event);
            if (fault != Fault.NONE && written++ == faultAfter) {
                if (fault == Fault.CLOSE_INSIDE) {
                    cutInside(bytes.length == 0 ? writer.ending() : bytes, exchange);
                } else if (fault == Fault.GARBAGE) {
                    send(protocol.garbage(), exchange);
                }
                end(exchange);
                return;
            }
            send(bytes, exchange);
        }
        send(writer.ending(), exchange);
        exchange.lastChunk();
    }

    /** Announces a chunk and sends half of it. */
    private static void cutInside(byte[] bytes, WireExchange exchange) throws IOException {
        ByteArrayOutputStream half = new ByteArrayOutputStream();
        half.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        half.write(bytes, 0, bytes.length / 2);
        exchange.send(half.toByteArray());
    }

    private void send(byte[] bytes, WireExchange exchange) throws IOException {
        inPieces(bytes, exchange, exchange::chunk);
    }

    /** Sends some bytes. */
    private interface Sender {
        void send(byte[] bytes) throws IOException;
    }

    private void inPieces(byte[] bytes, WireExchange exchange, Sender sender) throws IOException {
        for (int from = 0; from < bytes.length; ) {
            int to = (int) Math.min(bytes.length, (long) from + pieceBytes);
            sender.send(Arrays.copyOfRange(bytes, from, to));
            from = to;
            if (!pause.isZero()) {
                pause(exchange);
            }
        }
    }

    private void pause(WireExchange exchange) throws IOException {
        try {
            exchange.peerClosed().get(pause.toNanos(), TimeUnit.NANOSECONDS);
            throw new IOException("the client closed the connection");
        } catch (TimeoutException e) {
            // the pause is over
        } catch (InterruptedException | ExecutionException e) { // the server is closed
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void end(WireExchange exchange) throws IOException {
        switch (fault) {
            case CLOSE, CLOSE_INSIDE -> exchange.close();
            case RESET -> exchange.reset();
            case HANG -> exchange.hold();
            case GARBAGE, END -> exchange.lastChunk();
            default -> {
                // the answer is complete
            }
        }
    }
}
