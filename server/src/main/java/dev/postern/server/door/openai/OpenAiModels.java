package dev.postern.server.door.openai;

import dev.postern.ModelInfo;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.util.List;

/** Writes lists of models in OpenAI's form. */
public final class OpenAiModels {
    private OpenAiModels() {}

    /** Writes all models. */
    public static byte[] write(List<ModelInfo> models) {
        return Json.bytes(json -> json.object(it -> it.field("object", "list")
                .array("data", models, (out, model) -> out.object(one -> fields(one, model)))));
    }

    /** Servers do not say since when a model exists. */
    private static void fields(JsonWriter json, ModelInfo model) {
        json.field("id", model.name())
                .field("object", "model")
                .field("created", 0)
                .field("owned_by", model.backend());
    }
}
