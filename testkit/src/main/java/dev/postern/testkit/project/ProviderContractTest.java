package dev.postern.testkit.project;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.http.Decoder;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.HttpTransport;
import dev.postern.http.Operation;
import dev.postern.http.RetryPolicy;
import dev.postern.http.SseDecoder;
import dev.postern.http.SseHandler;
import dev.postern.http.WholeBody;
import dev.postern.testkit.ProviderContract;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs the contract on a minimal provider: its answers are plain text, its streams are text in SSE. */
public class ProviderContractTest extends ProviderContract {

    /** For JUnit, and for subclasses that wrap the provider. */
    public ProviderContractTest() {}

    @Override
    protected LlmProvider provider(URI server, String key, Timeouts timeouts, RetryPolicy retries) {
        return new PlainProvider(server, key, timeouts, retries);
    }

    @Override
    protected Reply answer(String text) {
        return new Reply(200, "text/plain", text.getBytes(UTF_8));
    }

    @Override
    protected Reply error(int status, String message) {
        return new Reply(status, "text/plain", message.getBytes(UTF_8));
    }

    @Override
    protected String streamType() {
        return "text/event-stream";
    }

    @Override
    protected byte[] opening() {
        return ": hello\n\n".getBytes(UTF_8);
    }

    @Override
    protected byte[] delta(String text) {
        return ("data: " + text + "\n\n").getBytes(UTF_8);
    }

    @Override
    protected byte[] ending() {
        return "event: end\ndata:\n\n".getBytes(UTF_8);
    }

    private record PlainProvider(HttpTransport transport, URI server, String key, Timeouts timeouts)
            implements LlmProvider {

        PlainProvider(URI server, String key, Timeouts timeouts, RetryPolicy retries) {
            this(HttpTransport.builder().retries(retries).build(), server, key, timeouts);
        }

        @Override
        public String name() {
            return "plain";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return transport.send(new Call<>(
                    "text/plain", head -> new WholeBody<>(head, 1 << 20, (reply, out) -> out.accept(read(reply)))));
        }

        @Override
        public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
            return transport.stream(
                    new Call<>("text/event-stream", head -> new SseDecoder<>(new PlainReader(), 1 << 20)));
        }

        @Override
        public void close() {
            transport.close();
        }

        private static CompletionResponse read(HttpReply reply) {
            return CompletionResponse.builder().content(reply.text()).build();
        }

        @Override
        public String toString() {
            return "plain at " + server;
        }

        private final class Call<T> implements Operation<T> {
            private final String mediaType;
            private final Function<HttpReply, Decoder<T>> decoders;

            Call(String mediaType, Function<HttpReply, Decoder<T>> decoders) {
                this.mediaType = mediaType;
                this.decoders = decoders;
            }

            @Override
            public HttpCall call() {
                return HttpCall.post(server, Map.of("Authorization", "Bearer " + key), "Hello".getBytes(UTF_8));
            }

            @Override
            public Decoder<T> decoder(HttpReply head) {
                if (!head.mediaType().equals(mediaType) && !head.mediaType().isEmpty()) {
                    throw new LlmException(Kind.PROTOCOL, "The server answered with " + head.mediaType() + ".");
                }
                return decoders.apply(head);
            }

            @Override
            public LlmException error(HttpReply reply) {
                Kind kind = switch (reply.status()) {
                    case 400 -> Kind.INVALID_REQUEST;
                    case 401 -> Kind.AUTHENTICATION;
                    case 403 -> Kind.PERMISSION;
                    case 404 -> Kind.NOT_FOUND;
                    case 429 -> Kind.RATE_LIMITED;
                    case 503 -> Kind.OVERLOADED;
                    default -> Kind.SERVER;
                };
                String message = reply.text().replace(key, "***");
                return LlmException.builder(kind, "The server refused: " + message)
                        .status(reply.status())
                        .serverMessage(message)
                        .retryable(kind.retryable() && reply.status() >= 400)
                        .build();
            }

            @Override
            public LlmException describe(LlmException failure) {
                return failure.toBuilder().backend(name()).build();
            }

            @Override
            public Timeouts timeouts() {
                return timeouts;
            }
        }
    }

    private static final class PlainReader implements SseHandler<StreamEvent> {
        private boolean ended;

        @Override
        public void event(String type, byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
            if (type.equals("end")) {
                ended = true;
            } else {
                out.accept(new StreamEvent.ContentDelta(new String(buffer, offset, length, UTF_8)));
            }
        }

        @Override
        public void end(Consumer<? super StreamEvent> out) {
            if (!ended) {
                throw new LlmException(Kind.INCOMPLETE_STREAM, "The stream ended without its end mark.");
            }
            out.accept(new StreamEvent.MessageStop(StopReason.END_TURN, "", Map.of()));
        }

        @Override
        public Decoder.Phase phase() {
            return ended ? Decoder.Phase.DONE : Decoder.Phase.OPEN;
        }
    }
}
