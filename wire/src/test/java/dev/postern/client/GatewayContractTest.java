package dev.postern.client;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.Usage;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.ProviderContract;
import dev.postern.wire.ErrorWriter;
import dev.postern.wire.EventWriter;
import dev.postern.wire.ResponseWriter;
import java.net.URI;
import java.util.Map;

/** The contract of all providers, with the answers of a Postern gateway. */
class GatewayContractTest extends ProviderContract {

    @Override
    protected LlmProvider provider(URI server, String key, Timeouts timeouts, RetryPolicy retries) {
        return GatewayClient.builder()
                .baseUrl(server.toString())
                .apiKey(key)
                .timeouts(timeouts)
                .retries(retries)
                .build();
    }

    @Override
    protected Reply answer(String text) {
        return new Reply(
                200,
                "application/json",
                ResponseWriter.write(CompletionResponse.builder()
                        .model("m")
                        .content(text)
                        .usage(Usage.of(3, 4))
                        .serverInfo(Map.of("finish_reason", "stop"))
                        .build()));
    }

    @Override
    protected Reply error(int status, String message) {
        Kind kind = switch (status) {
            case 400 -> Kind.INVALID_REQUEST;
            case 401 -> Kind.AUTHENTICATION;
            case 403 -> Kind.PERMISSION;
            case 404 -> Kind.NOT_FOUND;
            case 429 -> Kind.RATE_LIMITED;
            case 503 -> Kind.OVERLOADED;
            default -> Kind.SERVER;
        };
        LlmException failure = LlmException.builder(kind, message)
                .backend("main")
                .serverMessage(message)
                .build();
        return new Reply(status, "application/json", ErrorWriter.write(failure, "r1"));
    }

    @Override
    protected String streamType() {
        return "text/event-stream";
    }

    @Override
    protected byte[] opening() {
        return Sse.utf8(": keep-alive\n\n");
    }

    @Override
    protected byte[] delta(String text) {
        return Sse.event(EventWriter.write(new StreamEvent.ContentDelta(text)));
    }

    @Override
    protected byte[] ending() {
        return Sse.of(
                new StreamEvent.MessageStop(StopReason.END_TURN, "m", Map.of("finish_reason", "stop")),
                new StreamEvent.UsageReported(Usage.of(3, 4)));
    }
}
