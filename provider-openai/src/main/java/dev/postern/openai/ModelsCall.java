package dev.postern.openai;

import dev.postern.CallOptions;
import dev.postern.LlmException;
import dev.postern.ModelInfo;
import dev.postern.Timeouts;
import dev.postern.http.Decoder;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.Operation;
import dev.postern.http.RequestSecrets;
import dev.postern.http.WholeBody;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /models}: reads the list of models, {@code {"data": [{"id": …}]}} or a variant of it. */
final class ModelsCall implements Operation<List<ModelInfo>> {
    private static final List<String> CAPABILITIES = List.of("chat", "tool_use");

    private final OpenAiBackend server;
    private final Timeouts timeouts;
    private @Nullable ChatErrorReader errors;

    ModelsCall(OpenAiBackend server, Timeouts timeouts) {
        this.server = server;
        this.timeouts = timeouts;
    }

    @Override
    public boolean mayBlock() {
        return server.requestHeaders().mayBlock(CallOptions.NONE);
    }

    @Override
    public HttpCall call() {
        RequestHeaders.Headers headers = server.requestHeaders().withoutBody();
        errors = new ChatErrorReader(server.name(), "", headers.secrets(), server.clock());
        return HttpCall.get(server.endpoint().models(), headers.values());
    }

    @Override
    public Decoder<List<ModelInfo>> decoder(HttpReply head) {
        return new WholeBody<>(head, server.bounds().body(), (reply, out) -> out.accept(read(reply.body())));
    }

    private List<ModelInfo> read(byte[] body) {
        Object value;
        try {
            value = Json.parse(body);
        } catch (JsonException e) {
            throw errors().notJson(body);
        }
        JsonObject outer = JsonObject.of(value);
        if (outer.has("error")) {
            throw errors().inStream(body);
        }
        if (!(value instanceof List<?>)
                && !outer.names().contains("data")
                && !outer.names().contains("models")) { // Ollama sends "data": null if it has no model
            throw errors().described(LlmException.builder(
                    LlmException.Kind.PROTOCOL,
                    "answered without a list of models; check that base_url is the address of the API."));
        }
        List<JsonObject> entries = value instanceof List<?>
                ? JsonObject.of(Map.of("data", value)).objects("data")
                : outer.objects(outer.has("data") ? "data" : "models");
        List<ModelInfo> models = new ArrayList<>();
        for (JsonObject entry : entries) {
            String id = entry.text("id").isEmpty() ? entry.text("name") : entry.text("id");
            if (!id.isEmpty()) {
                models.add(new ModelInfo(id, server.name(), CAPABILITIES));
            }
        }
        return List.copyOf(models);
    }

    @Override
    public LlmException error(HttpReply reply) {
        return errors().ofStatus(reply);
    }

    @Override
    public LlmException describe(LlmException failure) {
        return failure.backend().isEmpty() ? errors().described(failure.toBuilder()) : failure;
    }

    @Override
    public Timeouts timeouts() {
        return timeouts;
    }

    private ChatErrorReader errors() {
        ChatErrorReader reader = errors;
        return reader == null ? new ChatErrorReader(server.name(), "", RequestSecrets.NONE, server.clock()) : reader;
    }
}
