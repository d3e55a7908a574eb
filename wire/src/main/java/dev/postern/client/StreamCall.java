package dev.postern.client;

import dev.postern.CompletionRequest;
import dev.postern.StreamEvent;
import dev.postern.http.Decoder;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.SseDecoder;
import dev.postern.http.WholeBody;
import dev.postern.wire.RequestWriter;

/** A call of {@code POST /api/v1/llm/completions/stream}. */
final class StreamCall extends RemoteCall<StreamEvent> {
    StreamCall(RemoteGateway remote, CompletionRequest request) {
        super(remote, request);
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
    public boolean isStream() {
        return true;
    }
}
