package dev.postern.client;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.http.Decoder;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.ModelOperation;
import dev.postern.http.SseDecoder;
import dev.postern.http.WholeBody;
import dev.postern.wire.RequestWriter;

/** A call of {@code POST /api/v1/llm/completions/stream}. */
final class StreamCall implements ModelOperation<StreamEvent> {
    private final RemoteGateway remote;
    private CompletionRequest request;
    /** The headers of the latest attempt, whose errors must not contain its key. */
    private ClientHeaders headers = ClientHeaders.NONE;

    StreamCall(RemoteGateway remote, CompletionRequest request) {
        this.remote = remote;
        this.request = request;
    }

    @Override
    public CompletionRequest request() {
        return request;
    }

    @Override
    public void use(CompletionRequest changed) {
        request = changed;
    }

    @Override
    public String backend() {
        return remote.name();
    }

    @Override
    public String model() {
        return request.model();
    }

    @Override
    public String address() {
        return remote.urls().origin();
    }

    @Override
    public boolean mayBlock() {
        return remote.headers().mayBlock();
    }

    @Override
    public HttpCall call() {
        headers = remote.headers().headers(request, true);
        return HttpCall.post(
                remote.urls().stream(request.options().query()), headers.values(), RequestWriter.write(request));
    }

    @Override
    public Decoder<StreamEvent> decoder(HttpReply head) {
        if (head.mediaType().isEmpty() || head.mediaType().equals("text/event-stream")) {
            return new SseDecoder<>(new EventHandler(head, remote.name(), headers), remote.maxEventBytes());
        }
        return new WholeBody<>(head, remote.maxResponseBytes(), (reply, out) -> {
            throw remote.unexpected(reply, headers, "a stream of events");
        });
    }

    @Override
    public LlmException error(HttpReply reply) {
        return remote.error(reply, headers, request.model());
    }

    @Override
    public LlmException describe(LlmException failure) {
        return failure.backend().isEmpty() ? headers.described(failure, remote.name(), request.model()) : failure;
    }

    @Override
    public boolean isStream() {
        return true;
    }

    @Override
    public Timeouts timeouts() {
        return request.options().timeouts().orElse(remote.timeouts());
    }
}
