package dev.postern.wire;

import dev.postern.ModelInfo;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.util.List;

/** Writes a list of models. */
public final class ModelsWriter {
    private ModelsWriter() {}

    /** Writes {@code {"models": [{"name", "provider", "capabilities"}]}}, in UTF-8. */
    public static byte[] write(List<ModelInfo> models) {
        return Json.bytes(json -> json.object(it -> it.array("models", models, ModelsWriter::model)));
    }

    private static void model(JsonWriter json, ModelInfo model) {
        json.object(it -> it.field("name", model.name())
                .field("provider", model.backend())
                .array("capabilities", model.capabilities(), JsonWriter::text));
    }
}
