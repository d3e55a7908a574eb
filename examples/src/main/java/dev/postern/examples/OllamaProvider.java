package dev.postern.examples;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.Message;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.Usage;
import dev.postern.http.Decoder;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.HttpTransport;
import dev.postern.http.Operation;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * A provider for another protocol: Ollama's own {@code POST /api/chat}, whose answer is one JSON object on each line. It covers
 * text. It shows the three parts of a provider: the provider itself, the operation of one call, and the decoder of
 * one answer. Retries, timeouts, back-pressure and cancel come from {@link HttpTransport}.
 */
public final class OllamaProvider implements LlmProvider {
    private final HttpTransport transport = HttpTransport.builder().build();
    private final URI address;
    private final String model;

    /** A provider of the server at this address, with a model for requests that name none. */
    public OllamaProvider(String baseUrl, String model) {
        address = URI.create(baseUrl + "/api/chat");
        this.model = model;
    }

    @Override
    public String name() {
        return "ollama-native";
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(
            CompletionRequest request) { // each subscription is a call with its own state
        return subscriber -> transport.stream(new Call(request)).subscribe(subscriber);
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        return CompletionCollector.collect(stream(request));
    }

    @Override
    public void close() {
        transport.close();
    }

    /** One call with all its attempts. */
    private final class Call implements Operation<StreamEvent> {
        private final CompletionRequest request;
        private final String asked;

        Call(CompletionRequest request) {
            this.request = request;
            asked = request.model().isEmpty() ? model : request.model();
        }

        @Override
        public HttpCall call() {
            if (!request.tools().isEmpty() || !request.messages().stream().allMatch(Call::isText)) {
                throw LlmException.builder(Kind.UNSUPPORTED, "This provider sends text only: no tools, no images.")
                        .refusedBeforeSending(true)
                        .build();
            }
            byte[] body = Json.bytes(json -> json.object(this::fields));
            return HttpCall.post(address, Map.of("Content-Type", "application/json"), body);
        }

        private void fields(JsonWriter json) {
            json.field("model", asked).field("stream", true).array("messages", list -> {
                if (!request.system().isEmpty()) {
                    message(list, Message.system(request.system()));
                }
                request.messages().forEach(message -> message(list, message));
            });
            json.object("options", options -> {
                request.temperature().ifPresent(value -> options.field("temperature", value));
                request.maxTokens().ifPresent(count -> options.field("num_predict", count));
            });
        }

        private static boolean isText(Message message) {
            return message.parts().stream().allMatch(part -> part instanceof Content.Text);
        }

        private static void message(JsonWriter list, Message message) {
            list.object(it -> it.field("role", message.role().wire()).field("content", message.text()));
        }

        @Override
        public Decoder<StreamEvent> decoder(HttpReply head) {
            return new LineDecoder();
        }

        @Override
        public LlmException error(HttpReply reply) {
            Kind kind = reply.status() == 404 ? Kind.NOT_FOUND : Kind.SERVER;
            return LlmException.builder(kind, "The server answered " + reply.status() + ": " + reply.text())
                    .status(reply.status())
                    .build();
        }

        @Override
        public LlmException describe(LlmException failure) {
            return failure.toBuilder().backend(name()).model(asked).build();
        }

        @Override
        public boolean isStream() {
            return true;
        }

        @Override
        public Timeouts timeouts() {
            return request.options().timeouts().orElse(Timeouts.defaults());
        }
    }

    /** Reads one answer. Bytes may be split anywhere, so a line is collected until its end. */
    private static final class LineDecoder implements Decoder<StreamEvent> {
        private static final int MAX_LINE = 1 << 20;

        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private Phase phase = Phase.OPEN;

        @Override
        public void decode(ByteBuffer bytes, Consumer<? super StreamEvent> out) {
            while (bytes.hasRemaining()) {
                byte next = bytes.get();
                if (next == '\n') {
                    line(out);
                } else if (line.size() < MAX_LINE) {
                    line.write(next);
                } else {
                    throw new LlmException(
                            Kind.PROTOCOL, "A line of the answer is longer than " + MAX_LINE + " bytes.");
                }
            }
        }

        private void line(Consumer<? super StreamEvent> out) {
            if (line.size() == 0 || phase == Phase.DONE) {
                return;
            }
            JsonObject item = Json.object(line.toByteArray()); // empty if the line is no JSON object
            line.reset();
            if (!item.has("message")) {
                Kind kind = item.has("error") ? Kind.SERVER : Kind.PROTOCOL;
                throw new LlmException(kind, "The server sent no message. " + item.text("error"));
            }
            String text = item.object("message").text("content");
            if (!text.isEmpty()) {
                out.accept(new StreamEvent.ContentDelta(text));
            }
            if (Boolean.TRUE.equals(item.get("done"))) {
                phase = Phase.DONE;
                boolean cut = item.text("done_reason").equals("length");
                StopReason reason = cut ? StopReason.MAX_TOKENS : StopReason.END_TURN;
                out.accept(new StreamEvent.MessageStop(reason, item.text("model"), Map.of()));
                if (item.has("eval_count")) {
                    out.accept(new StreamEvent.UsageReported(
                            Usage.of(item.integer("prompt_eval_count", 0), item.integer("eval_count", 0))));
                }
            }
        }

        @Override
        public void end(Consumer<? super StreamEvent> out) {
            line(out); // the last line may have no line feed
            if (phase == Phase.OPEN) {
                throw new LlmException(Kind.INCOMPLETE_STREAM, "The answer was cut off.");
            }
        }

        @Override
        public Phase phase() {
            return phase;
        }
    }
}
