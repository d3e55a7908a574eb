package dev.postern.server.door.anthropic;

import dev.postern.ModelInfo;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.util.List;

/** Writes lists of models in Anthropic's form. */
public final class AnthropicModels {
    /** Servers do not say since when a model exists. */
    private static final String UNKNOWN_TIME = "1970-01-01T00:00:00Z";

    private AnthropicModels() {}

    /** Writes all models as one page. */
    public static byte[] write(List<ModelInfo> models) {
        return Json.bytes(json -> json.object(it -> {
            it.array("data", models, (out, model) -> out.object(one -> fields(one, model.name())))
                    .field("has_more", false);
            id(it, "first_id", models, 0);
            id(it, "last_id", models, models.size() - 1);
        }));
    }

    /** Writes one model. */
    public static byte[] write(String id) {
        return Json.bytes(json -> json.object(it -> fields(it, id)));
    }

    private static void fields(JsonWriter json, String id) {
        json.field("type", "model").field("id", id).field("display_name", id).field("created_at", UNKNOWN_TIME);
    }

    private static void id(JsonWriter json, String name, List<ModelInfo> models, int index) {
        if (models.isEmpty()) {
            json.nullField(name);
        } else {
            json.field(name, models.get(index).name());
        }
    }
}
