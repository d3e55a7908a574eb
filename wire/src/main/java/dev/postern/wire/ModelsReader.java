package dev.postern.wire;

import dev.postern.LlmException;
import dev.postern.ModelInfo;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Reads a list of models. Entries without a name are ignored. */
public final class ModelsReader {
    private ModelsReader() {}

    /**
     * Reads the models from JSON in UTF-8.
     *
     * @throws LlmException of kind {@link LlmException.Kind#PROTOCOL} if it is not such a list
     */
    public static List<ModelInfo> read(byte[] json) {
        JsonObject body;
        try {
            body = JsonObject.of(Json.lenient(json));
        } catch (JsonException e) {
            throw ResponseReader.protocol(String.valueOf(e.getMessage()), e);
        }
        if (!(body.get("models") instanceof List<?> entries)) {
            throw ResponseReader.protocol("it has no list of models", null);
        }
        List<ModelInfo> models = new ArrayList<>();
        for (Object entry : entries) {
            JsonObject model = JsonObject.of(entry);
            String name = entry instanceof String bare ? bare : model.text("name");
            if (!name.isEmpty()) {
                models.add(new ModelInfo(name, model.text("provider"), capabilities(model)));
            }
        }
        return List.copyOf(models);
    }

    private static List<String> capabilities(JsonObject model) {
        List<String> capabilities = new ArrayList<>();
        if (model.get("capabilities") instanceof List<?> list) {
            list.forEach(capability -> capabilities.add(String.valueOf(capability)));
        }
        return capabilities;
    }
}
