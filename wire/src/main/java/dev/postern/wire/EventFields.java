package dev.postern.wire;

import dev.postern.ProviderData;
import dev.postern.Usage;
import dev.postern.json.JsonReader;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of one event of any type; the type may follow the other fields. Reused for each event. */
final class EventFields {
    String type = "";
    String delta = "";
    String signature = "";
    String redacted = "";
    String id = "";
    String name = "";

    @Nullable
    Object input;

    boolean malformed;
    ProviderData providerData = ProviderData.NONE;
    String stopReason = "";
    String model = "";
    String backend = "";
    Map<String, @Nullable Object> metadata = Map.of();

    @Nullable
    Usage usage;

    void clear() {
        type = "";
        delta = "";
        signature = "";
        redacted = "";
        id = "";
        name = "";
        input = null;
        malformed = false;
        providerData = ProviderData.NONE;
        stopReason = "";
        model = "";
        backend = "";
        metadata = Map.of();
        usage = null;
    }

    void read(JsonReader json) {
        json.beginObject();
        while (json.nextField()) {
            switch (json.name()) {
                case "type" -> type = json.text();
                case "delta" -> delta = json.text();
                case "signature" -> signature = json.text();
                case "redacted" -> redacted = json.text();
                case "id" -> id = json.text();
                case "name" -> name = json.text();
                case "input" -> input = json.value();
                case "malformed" -> malformed = json.bool();
                case "provider_data" -> providerData = providerData(json);
                case "stop_reason" -> stopReason = json.text();
                case "model" -> model = json.text();
                case "backend" -> backend = json.text();
                case "metadata" -> metadata = object(json);
                case "usage" -> usage = UsageFields.read(json);
                default -> json.skip();
            }
        }
    }

    private static ProviderData providerData(JsonReader json) {
        String origin = "";
        Map<String, @Nullable Object> values = Map.of();
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "origin" -> origin = json.text();
                    case "values" -> values = object(json);
                    default -> json.skip();
                }
            }
        }
        return new ProviderData(origin, values);
    }

    private static Map<String, @Nullable Object> object(JsonReader json) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        if (json.beginObject()) {
            while (json.nextField()) {
                object.put(json.name(), json.value());
            }
        }
        return object;
    }
}
