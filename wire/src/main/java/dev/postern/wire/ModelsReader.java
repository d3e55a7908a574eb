package dev.postern.wire;

import dev.postern.LlmException;
import dev.postern.ModelInfo;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Reads a list of models. An entry without a name means nothing. */
public final class ModelsReader {
    private ModelsReader() {}

    /**
     * The models that the bytes list, in UTF-8.
     *
     * @throws LlmException of kind {@link LlmException.Kind#PROTOCOL} if they are no such list
     */
    public static List<ModelInfo> read(byte[] json) {
        JsonObject body;
        try {
            body = JsonObject.of(Json.lenient(json));
        } catch (JsonException e) {
            throw ResponseReader.protocol(String.valueOf(e.getMessage()), e);
        }
        if (!(body.get("models") instanceof List<?> entries)) {
            throw ResponseReader.protocol("it lists no models", null);
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
        List<String> words = new ArrayList<>();
        if (model.get("capabilities") instanceof List<?> list) {
            list.forEach(word -> words.add(String.valueOf(word)));
        }
        return words;
    }
}
