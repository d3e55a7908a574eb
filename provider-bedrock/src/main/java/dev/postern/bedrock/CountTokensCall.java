package dev.postern.bedrock;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.Timeouts;
import dev.postern.http.Decoder;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.Operation;
import dev.postern.http.RequestSecrets;
import dev.postern.http.WholeBody;
import dev.postern.json.Json;
import java.util.Map;
import java.util.regex.Pattern;

/** Counts the tokens of a prompt. */
final class CountTokensCall implements Operation<Long> {
    /** The part of an inference profile's id before the model's; only models can count (pydantic/pydantic-ai#3367). */
    private static final Pattern PROFILE = Pattern.compile("^(us|us-gov|eu|apac|jp|au|ca|global)\\.(?=[a-z0-9]+\\.)");

    private final BedrockBackend backend;
    private final CompletionRequest request;
    private final String model;
    private ConverseErrorReader errors;

    CountTokensCall(BedrockBackend backend, CompletionRequest request) {
        this.backend = backend;
        this.request = request;
        String asked = request.model().isEmpty() ? backend.defaultModel() : request.model();
        this.model = PROFILE.matcher(asked).replaceFirst("");
        this.errors = backend.errors(model, RequestSecrets.NONE);
    }

    @Override
    public HttpCall call() {
        ModelFamily family = backend.familyOf(model);
        byte[] body = new ConverseRequestWriter(
                        request, family, backend.settings(), false, new ToolIdentifiers(), CacheSupport.NONE)
                .writeCount();
        HttpCall plain = HttpCall.post(
                backend.addresses().countTokens(model, request.options()),
                Map.of("Content-Type", "application/json", "Accept", "application/json", "User-Agent", "postern"),
                body);
        BedrockAuthorizer.Authorized authorized = backend.authorizer().authorize(plain, request.options());
        errors = backend.errors(model, authorized.secrets());
        return authorized.call();
    }

    @Override
    public Decoder<Long> decoder(HttpReply head) {
        return new WholeBody<>(head, backend.maxResponseBytes(), (reply, out) -> out.accept(read(reply)));
    }

    private long read(HttpReply reply) {
        long tokens = Json.object(reply.body()).integer("inputTokens", -1);
        if (tokens < 0) {
            throw errors.invalidAnswer(reply);
        }
        return tokens;
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
        return request.options().timeouts().orElse(backend.timeouts());
    }
}
