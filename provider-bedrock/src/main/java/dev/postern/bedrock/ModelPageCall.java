package dev.postern.bedrock;

import dev.postern.CallOptions;
import dev.postern.LlmException;
import dev.postern.Timeouts;
import dev.postern.http.Decoder;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.Operation;
import dev.postern.http.RequestSecrets;
import dev.postern.http.WholeBody;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Requests one page of a list of the control plane: foundation models or inference profiles. */
final class ModelPageCall implements Operation<ModelPageCall.Page> {
    private final BedrockBackend backend;
    private final Timeouts timeouts;
    private final boolean profiles;
    private final String token;
    private ConverseErrorReader errors;

    /**
     * A page of a list.
     *
     * @param ids the ids of the models or profiles
     * @param next the token of the next page; empty for the last page
     */
    record Page(List<String> ids, String next) {}

    ModelPageCall(BedrockBackend backend, Timeouts timeouts, boolean profiles, String token) {
        this.backend = backend;
        this.timeouts = timeouts;
        this.profiles = profiles;
        this.token = token;
        this.errors = backend.errors("", RequestSecrets.NONE);
    }

    @Override
    public HttpCall call() {
        Map<String, String> query = new LinkedHashMap<>();
        if (profiles) {
            query.put("maxResults", "1000");
            if (!token.isEmpty()) {
                query.put("nextToken", token);
            }
        } else {
            query.put("byOutputModality", "TEXT");
        }
        HttpCall plain = HttpCall.get(
                backend.addresses().control(profiles ? "/inference-profiles" : "/foundation-models", query),
                Map.of("Accept", "application/json", "User-Agent", "postern"));
        BedrockAuthorizer.Authorized authorized = backend.authorizer().authorize(plain, CallOptions.NONE);
        errors = backend.errors("", authorized.secrets());
        return authorized.call();
    }

    @Override
    public Decoder<Page> decoder(HttpReply head) {
        return new WholeBody<>(head, backend.maxResponseBytes(), (reply, out) -> out.accept(read(reply)));
    }

    private Page read(HttpReply reply) {
        JsonObject body = Json.object(reply.body());
        String list = profiles ? "inferenceProfileSummaries" : "modelSummaries";
        if (!body.has(list)) {
            throw errors.invalidAnswer(reply);
        }
        List<String> ids = new ArrayList<>();
        for (JsonObject entry : body.objects(list)) {
            String id = entry.text(profiles ? "inferenceProfileId" : "modelId");
            if (!id.isEmpty()) {
                ids.add(id);
            }
        }
        return new Page(ids, body.text("nextToken"));
    }

    @Override
    public LlmException error(HttpReply reply) {
        return errors.ofStatus(reply);
    }

    @Override
    public LlmException describe(LlmException failure) {
        return failure.backend().isEmpty() ? errors.described(failure.toBuilder()) : failure;
    }

    @Override
    public Timeouts timeouts() {
        return timeouts;
    }
}
