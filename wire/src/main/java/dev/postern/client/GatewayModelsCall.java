package dev.postern.client;

import dev.postern.LlmException;
import dev.postern.ModelInfo;
import dev.postern.Timeouts;
import dev.postern.http.Decoder;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.Operation;
import dev.postern.http.WholeBody;
import dev.postern.wire.ModelsReader;
import java.util.List;

/** A call of {@code GET /api/v1/llm/models}: the models of the remote backend. */
final class GatewayModelsCall implements Operation<List<ModelInfo>> {
    private final RemoteGateway remote;
    private ClientHeaders headers = ClientHeaders.NONE;

    GatewayModelsCall(RemoteGateway remote) {
        this.remote = remote;
    }

    @Override
    public boolean mayBlock() {
        return remote.headers().mayBlock();
    }

    @Override
    public HttpCall call() {
        headers = remote.headers().headers();
        return HttpCall.get(remote.urls().models(), headers.values());
    }

    @Override
    public Decoder<List<ModelInfo>> decoder(HttpReply head) {
        return new WholeBody<>(
                head,
                remote.maxResponseBytes(),
                (reply, out) -> out.accept(remote.read(reply, headers, ModelsReader::read)));
    }

    @Override
    public LlmException error(HttpReply reply) {
        return remote.error(reply, headers, "");
    }

    @Override
    public LlmException describe(LlmException failure) {
        return failure.backend().isEmpty() ? headers.described(failure, remote.name(), "") : failure;
    }

    @Override
    public Timeouts timeouts() {
        return remote.timeouts();
    }
}
