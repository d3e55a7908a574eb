package dev.postern.client;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.http.Decoder;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.WholeBody;
import dev.postern.wire.GatewayHeaders;
import dev.postern.wire.RequestWriter;
import dev.postern.wire.ResponseReader;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call of {@code POST /api/v1/llm/completions}. */
final class CompletionCall extends RemoteCall<CompletionResponse> {
    CompletionCall(RemoteGateway remote, CompletionRequest request) {
        super(remote, request);
    }

    @Override
    public boolean isWhole() {
        return true;
    }

    @Override
    public HttpCall call() {
        headers = remote.headers().headers(request, false);
        return HttpCall.post(
                remote.urls().completions(request.options().query()), headers.values(), RequestWriter.write(request));
    }

    @Override
    public Decoder<CompletionResponse> decoder(HttpReply head) {
        return new WholeBody<>(head, remote.maxResponseBytes(), (reply, out) -> out.accept(answer(reply)));
    }

    private CompletionResponse answer(HttpReply reply) {
        CompletionResponse answer = remote.read(reply, headers, ResponseReader::read);
        Map<String, @Nullable Object> serverInfo = serverInfo(answer.serverInfo(), reply);
        return serverInfo == answer.serverInfo()
                ? answer
                : CompletionResponse.builder()
                        .model(answer.model())
                        .content(answer.message().parts())
                        .stopReason(answer.stopReason())
                        .usage(answer.usage().orElse(null))
                        .serverInfo(serverInfo)
                        .build();
    }

    /** Adds the gateway's request id, unless there is one of the backend. */
    static Map<String, @Nullable Object> serverInfo(Map<String, @Nullable Object> serverInfo, HttpReply head) {
        String id = head.header(GatewayHeaders.REQUEST_ID);
        if (id.isEmpty() || serverInfo.containsKey(CompletionResponse.REQUEST_ID)) {
            return serverInfo;
        }
        Map<String, @Nullable Object> more = new LinkedHashMap<>(serverInfo);
        more.put(CompletionResponse.REQUEST_ID, id);
        return more;
    }
}
