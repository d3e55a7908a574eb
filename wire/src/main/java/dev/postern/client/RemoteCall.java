package dev.postern.client;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.Timeouts;
import dev.postern.http.HttpReply;
import dev.postern.http.ModelOperation;

/** What a call of {@code POST /api/v1/llm/completions} and its stream have in common. */
abstract class RemoteCall<T> implements ModelOperation<T> {
    final RemoteGateway remote;
    CompletionRequest request;
    /** The headers of the latest attempt, whose errors must not contain its key. */
    ClientHeaders headers = ClientHeaders.NONE;

    RemoteCall(RemoteGateway remote, CompletionRequest request) {
        this.remote = remote;
        this.request = request;
    }

    @Override
    public final CompletionRequest request() {
        return request;
    }

    @Override
    public final void use(CompletionRequest changed) {
        request = changed;
    }

    @Override
    public final String backend() {
        return remote.name();
    }

    @Override
    public final String model() {
        return request.model();
    }

    @Override
    public final String address() {
        return remote.urls().origin();
    }

    @Override
    public final boolean mayBlock() {
        return remote.headers().mayBlock();
    }

    @Override
    public final LlmException error(HttpReply reply) {
        return remote.error(reply, headers, request.model());
    }

    @Override
    public final LlmException describe(LlmException failure) {
        return failure.backend().isEmpty() ? headers.described(failure, remote.name(), request.model()) : failure;
    }

    @Override
    public final Timeouts timeouts() {
        return request.options().timeouts().orElse(remote.timeouts());
    }
}
