package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.Timeouts;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.ScriptedServer.Script;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What the tests of {@link ProviderContract} share. Extend that class. */
@Timeout(60)
public abstract sealed class ContractFixture permits AnswerContract {
    /** The key, which must not appear in any failure. */
    protected static final String KEY = "sk-contract-4f1bd0c8e7a35926";

    static final Timeouts PATIENT =
            Timeouts.defaults().withResponseStart(Duration.ofSeconds(30)).withIdle(Duration.ofSeconds(30));
    static final Duration SHORT = Duration.ofSeconds(2); // long enough to reach the point of the test
    static final RetryPolicy RETRIES = RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(1));

    /** For the next part. */
    ContractFixture() {}

    /**
     * A non-streaming answer of the server.
     *
     * @param status the HTTP status
     * @param mediaType the content type
     * @param body the body
     * @param headerLines more headers, {@code Name: value}
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes to send; replies are not compared
    public record Reply(int status, String mediaType, byte[] body, String... headerLines) {

        void to(WireExchange exchange) throws IOException {
            exchange.answer(status, mediaType, body, headerLines);
        }
    }

    private final List<AutoCloseable> toClose = new ArrayList<>();

    /** A provider that calls this server with this key. */
    protected abstract LlmProvider provider(URI server, String key, Timeouts timeouts, RetryPolicy retries);

    /** A whole answer with this text; model and usage are chosen by the subclass. */
    protected abstract Reply answer(String text);

    /** An error with this message in the format of the protocol. */
    protected abstract Reply error(int status, String message);

    /** The content type of a stream. */
    protected abstract String streamType();

    /** The data before the first text of a stream, which gives no event; can be empty. */
    protected abstract byte[] opening();

    /** A part of a stream that gives exactly one {@link ContentDelta}. */
    protected abstract byte[] delta(String text);

    /**
     * The end of a complete stream: the other data of {@link #answer}, and the end marker of the protocol if it has
     * one.
     */
    protected abstract byte[] ending();

    /** The backend name in failures; another name than that of the provider if it contains other providers. */
    protected String backend(LlmProvider provider) {
        return provider.name();
    }

    /** The request to send. */
    protected CompletionRequest request() {
        return CompletionRequest.builder().model("model").user("Hello").build();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = toClose.size(); --i >= 0; ) {
            toClose.get(i).close();
        }
    }

    /** A server that answers each request with the next script; the last script also answers all later requests. */
    protected final ScriptedServer server(Script... scripts) {
        AtomicInteger next = new AtomicInteger();
        ScriptedServer server = new ScriptedServer(
                exchange -> scripts[Math.min(next.getAndIncrement(), scripts.length - 1)].answer(exchange));
        toClose.add(server);
        return server;
    }

    /** A provider with long timeouts and no retries. */
    protected final LlmProvider patient(ScriptedServer server) {
        return provider(server, PATIENT, RetryPolicy.none());
    }

    /** A provider that is closed after the test. */
    protected final LlmProvider provider(ScriptedServer server, Timeouts timeouts, RetryPolicy retries) {
        LlmProvider provider = provider(server.uri(), KEY, timeouts, retries);
        toClose.add(provider);
        return provider;
    }

    /** Sends a whole stream with these texts, one chunk for each. */
    protected final void stream(WireExchange exchange, String... texts) throws IOException {
        openStream(exchange, texts);
        exchange.chunk(ending()).lastChunk();
    }

    /** Sends the start of a stream with these texts. */
    protected final void openStream(WireExchange exchange, String... texts) throws IOException {
        exchange.beginChunked(200, streamType()).chunk(opening());
        for (String text : texts) {
            exchange.chunk(delta(text));
        }
    }

    static void assertClosedSoon(WireExchange exchange) {
        assertThat(exchange.peerClosed()).succeedsWithin(10, TimeUnit.SECONDS);
    }

    final LlmException failure(LlmProvider provider) {
        return catchThrowableOfType(LlmException.class, () -> provider.completions(request()));
    }

    static LlmException failure(CompletableFuture<?> answer) {
        ExecutionException thrown =
                catchThrowableOfType(ExecutionException.class, () -> answer.get(30, TimeUnit.SECONDS));
        assertThat(thrown).hasCauseInstanceOf(LlmException.class);
        return (LlmException) Objects.requireNonNull(thrown.getCause());
    }

    /** Checks the fields, the causes and the stack trace. */
    static void assertKeyIsNotShown(LlmException failure) {
        assertThat(failure).isNotNull();
        StringWriter printed = new StringWriter();
        failure.printStackTrace(new PrintWriter(printed, true));
        assertThat(printed.toString()).doesNotContain(KEY);
        for (Throwable thrown = failure; thrown != null; thrown = thrown.getCause()) {
            assertThat(thrown.toString()).doesNotContain(KEY);
            if (thrown instanceof LlmException known) {
                assertThat(List.of(known.code(), known.serverMessage(), known.requestId(), known.model()))
                        .noneMatch(text -> text.contains(KEY));
            }
        }
    }
}
