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

/** {@code GET /api/v1/llm/models}: what the remote backend offers. */
final class ModelsCall implements Operation<List<ModelInfo>> {
    private final Remote remote;
    private Headers headers = Headers.NONE;

    ModelsCall(Remote remote) {
        this.remote = remote;
    }

    @Override
    public boolean mayBlock() {
        return remote.credentials().mayBlock();
    }

    @Override
    public HttpCall call() {
        headers = remote.credentials().headers();
        return HttpCall.get(remote.place().models(), headers.values());
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
