package dev.postern.testkit;

import dev.postern.CompletionResponse;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.testkit.WireAnswer.Fault;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A model server for tests, on a real socket of the loopback interface. It speaks OpenAI's chat completions or Amazon Bedrock's
 * Converse, whole answers and streams, and answers from a script: one answer for each request, in order.
 *
 * <pre>{@code
 * try (WireServer server = WireServer.openai()
 *         .status(503, "Retry-After: 0")    // the first request is refused
 *         .answer("Hel", "lo").cutAfter(1)   // the second stream breaks after "Hel"
 *         .answer("Hello");
 *     LlmProvider llm = OpenAiProvider.builder().baseUrl(server.url()).apiKey("test").defaultModel("m").build()) { … }
 * }</pre>
 *
 * <p>The methods {@link #cutAfter}, {@link #endAfter}, {@link #cutInside}, {@link #resetAfter}, {@link #hangAfter}, {@link #garbageAfter}, {@link
 * #contentType}, {@link #header}, {@link #drip}, {@link #stale}, {@link #usage}, {@link #heldUntil} and {@link #times} change
 * the last answer, until it is used. Their numbers count events of the stream, where completion and usage are events, too; a
 * whole answer breaks in the middle of its body. A request beyond the last answer gets status 400 with a message that says so,
 * unless {@link #repeatLast} was called.
 *
 * <p>A request for the list of models needs no answer of the script and is not recorded. Keys and signatures are not checked.
 *
 * <p>Thread-safe. Answers are written by at most 16 threads.
 */
public final class WireServer implements AutoCloseable {
    private final WireProtocol protocol;
    private final ScriptedServer server;
    private final FakeScript<WireRequest, WireAnswer> script = new FakeScript<>();
    private final List<WireExchange> exchanges = new ArrayList<>(); // guarded by itself
    private final AtomicInteger toolCalls = new AtomicInteger();
    private volatile List<String> models = List.of("model");

    private WireServer(WireProtocol protocol) {
        this.protocol = protocol;
        this.server = new ScriptedServer(this::answer);
    }

    /** Starts a server with OpenAI's chat completions. */
    public static WireServer openai() {
        return new WireServer(new ChatProtocol());
    }

    /** Starts a server with Bedrock's Converse. */
    public static WireServer bedrock() {
        return new WireServer(new ConverseProtocol());
    }

    /** The base URL for the provider: {@code baseUrl} for OpenAI, {@code endpoint} for Bedrock. */
    public String url() {
        return uri().toString();
    }

    /** The base URL for the provider. */
    public URI uri() {
        return URI.create(server.uri() + protocol.basePath());
    }

    // ---- answers ----------------------------------------------------------------------------------------------------

    /** Adds a text. In a stream, each piece is an event and a packet of its own. */
    public WireServer answer(String... pieces) {
        return add(WireAnswer.of(FakeAnswer.text(pieces)));
    }

    /** Adds this answer. What the protocol cannot express is left out. */
    public WireServer answer(CompletionResponse answer) {
        return add(WireAnswer.of(FakeAnswer.of(answer)));
    }

    /** Adds a call of a tool with these arguments. Its id is {@code call_1}, the next one's {@code call_2}, and so on. The values are JSON; the caller gets each number in the class in which providers read it. */
    public WireServer toolCall(String tool, Map<String, ?> arguments) {
        return toolCalls(FakeAnswer.toolCall("call_" + toolCalls.incrementAndGet(), tool, arguments));
    }

    /** Adds an answer that calls these tools. */
    public WireServer toolCalls(ToolCall... calls) {
        return add(WireAnswer.of(FakeAnswer.toolCalls(List.of(calls))));
    }

    /** Adds an answer that is computed from the request. If the function throws, {@link #close} fails. */
    public WireServer respond(Function<WireRequest, CompletionResponse> function) {
        script.addComputed(request -> WireAnswer.of(FakeAnswer.of(function.apply(request))));
        return this;
    }

    /** Adds an error of this status, with header lines such as {@code Retry-After: 1}. */
    public WireServer status(int status, String... headerLines) {
        return error(status, "The server answers with " + status + ", as the script of the test says.", headerLines);
    }

    /** Adds an error of this status with this message, in the form of the protocol. */
    public WireServer error(int status, String message, String... headerLines) {
        return add(WireAnswer.error(status, message, headerLines));
    }

    /** Adds a request that gets no byte of an answer; the connection stays open. */
    public WireServer hang() {
        return broken(Fault.HANG);
    }

    /** Adds a request whose connection is closed without an answer. */
    public WireServer disconnect() {
        return broken(Fault.CLOSE);
    }

    private WireServer broken(Fault how) {
        return add(WireAnswer.of(FakeAnswer.text()).with(answer -> {
            answer.fault = how;
            answer.faultAfter = -1;
        }));
    }

    /** Adds an answer that this script writes, which can violate every rule. */
    public WireServer script(ScriptedServer.Script bytes) {
        return add(WireAnswer.by(bytes));
    }

    private WireServer add(WireAnswer answer) {
        script.add(answer);
        return this;
    }

    /** The last answer is used for each further request. */
    public WireServer repeatLast() {
        script.repeatLast();
        return this;
    }

    // ---- changes of the last answer ---------------------------------------------------------------------------------

    /** The server closes the connection after so many events of the last answer. */
    public WireServer cutAfter(int events) {
        return fault(Fault.CLOSE, events);
    }

    /** The stream ends after so many events as if it were complete, without the end that the protocol wants. */
    public WireServer endAfter(int events) {
        return fault(Fault.END, events);
    }

    /** The server closes the connection in the middle of the event, and of the HTTP chunk, that follows so many events. */
    public WireServer cutInside(int events) {
        return fault(Fault.CLOSE_INSIDE, events);
    }

    /** The server resets the connection after so many events; the client can lose some of them. */
    public WireServer resetAfter(int events) {
        return fault(Fault.RESET, events);
    }

    /** The server sends nothing after so many events, and keeps the connection open. */
    public WireServer hangAfter(int events) {
        return fault(Fault.HANG, events);
    }

    /** After so many events, the server sends bytes that the protocol does not allow. */
    public WireServer garbageAfter(int events) {
        return fault(Fault.GARBAGE, events);
    }

    private WireServer fault(Fault how, int events) {
        return change(answer -> answer.faultAfter(how, events));
    }

    /** The content type of the last answer, such as {@code text/html}. */
    public WireServer contentType(String type) {
        return change(answer -> answer.with(copy -> copy.contentType = type));
    }

    /** Adds a header line to the last answer, such as {@code x-request-id: 7}. */
    public WireServer header(String line) {
        return change(answer -> answer.with(copy -> copy.headerLines = plus(copy.headerLines, line)));
    }

    private static List<String> plus(List<String> lines, String line) {
        List<String> all = new ArrayList<>(lines);
        all.add(line);
        return List.copyOf(all);
    }

    /** The last answer comes in pieces of so many bytes, each in a packet of its own, with a pause after each. */
    public WireServer drip(int bytes, Duration pause) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a piece has at least 1 byte, not " + bytes);
        }
        return change(answer -> answer.with(copy -> {
            copy.pieceBytes = bytes;
            copy.pause = pause;
        }));
    }

    /**
     * After the last answer, the connection looks open, and is closed when the next request arrives on it. That request is not
     * recorded and uses no answer; a client is expected to send it again on another connection.
     */
    public WireServer stale() {
        return change(answer -> answer.with(copy -> copy.stale = true));
    }

    /** The usage that the last answer reports; null if it reports none. Default 10 tokens in, 5 out. */
    public WireServer usage(@Nullable Usage usage) {
        return change(answer -> answer.withContent(content -> content.usage(usage)));
    }

    /** The last answer waits for this stage, at most 30 seconds; it occupies one of the 16 threads. */
    public WireServer heldUntil(CompletionStage<?> stage) {
        return change(answer -> answer.with(copy -> copy.gate = stage));
    }

    /** The last answer is used for so many requests. */
    public WireServer times(int requests) {
        script.times(requests);
        return this;
    }

    private WireServer change(UnaryOperator<WireAnswer> change) {
        script.change(change);
        return this;
    }

    /** The models of the list that this server returns; default {@code model}. */
    public WireServer models(String... names) {
        models = List.of(names);
        return this;
    }

    // ---- what happened ----------------------------------------------------------------------------------------------

    /** All requests so far, in order. */
    public List<WireRequest> requests() {
        synchronized (exchanges) {
            return exchanges.stream().map(WireExchange::request).toList();
        }
    }

    /** The request with this number; the first one is 0. */
    public WireRequest request(int number) {
        return requests().get(number);
    }

    /** The exchange with this number; the first one is 0. Waits for its request, and fails after 30 seconds. */
    public WireExchange awaitExchange(int number) {
        synchronized (exchanges) {
            Waits.until(
                    exchanges,
                    FakeCalls.PATIENCE,
                    () -> exchanges.size() > number,
                    () -> "request " + number + " (the first one is 0); there were " + exchanges.size() + " requests");
            return exchanges.get(number);
        }
    }

    /** Waits until the client has closed the connection of this request; the first one is 0. Fails after 30 seconds. */
    public void awaitClosed(int number) {
        awaitExchange(number).awaitPeerClosed();
    }

    /** The number of connections so far. */
    public int connections() {
        return server.connections();
    }

    /** The number of answers that were not used yet. */
    public int unusedAnswers() {
        return script.left();
    }

    private void answer(WireExchange exchange) throws Exception {
        WireRequest request = exchange.request();
        byte[] list = protocol.models(request, models);
        if (list.length > 0) {
            exchange.answer(200, "application/json", list);
            return;
        }
        int number;
        synchronized (exchanges) {
            exchanges.add(exchange);
            exchanges.notifyAll();
            number = exchanges.size();
        }
        var next = script.take();
        WireAnswer answer = next == null
                ? WireAnswer.error(
                        400,
                        "The script of WireServer has " + script.taken() + " answers, and this is request " + number
                                + ": " + request + "; add an answer, or call repeatLast().")
                : next.apply(request);
        answer.to(exchange, protocol);
    }

    /** Closes all connections. Fails if a script or a function of the test threw. */
    @Override
    public void close() {
        server.close();
    }
}
