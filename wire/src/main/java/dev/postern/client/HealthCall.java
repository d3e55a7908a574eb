package dev.postern.client;

import dev.postern.LlmException;
import dev.postern.Timeouts;
import dev.postern.http.Decoder;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.Operation;
import dev.postern.http.WholeBody;
import java.net.URI;
import java.time.Duration;

/** A call of {@code GET /readyz} or {@code /healthz}. It succeeds if the answer is a success with a JSON object. */
final class HealthCall implements Operation<Boolean> {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final RemoteGateway remote;
    private final URI uri;
    private ClientHeaders headers = ClientHeaders.NONE;

    HealthCall(RemoteGateway remote, URI uri) {
        this.remote = remote;
        this.uri = uri;
    }

    @Override
    public boolean mayBlock() {
        return remote.headers().mayBlock();
    }

    @Override
    public HttpCall call() {
        headers = remote.headers().headers();
        return HttpCall.get(uri, headers.values());
    }

    @Override
    public Decoder<Boolean> decoder(HttpReply head) {
        return new WholeBody<>(head, remote.maxResponseBytes(), (reply, out) -> {
            if (!reply.text().trim().startsWith("{")) {
                throw remote.unexpected(reply, headers, "its health");
            }
            out.accept(true);
        });
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
        return remote.timeouts().withTotal(LIMIT).withResponseStart(LIMIT);
    }
}
