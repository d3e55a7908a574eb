package dev.postern.wire;

import dev.postern.Content;
import dev.postern.ProviderData;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.json.JsonWriter;
import java.util.List;

/** Writes parts of messages in the gateway's own form. */
final class PartWriter {
    private PartWriter() {}

    static void write(JsonWriter json, Content part) {
        json.object(it -> fields(it, part));
    }

    private static void fields(JsonWriter json, Content part) {
        if (part instanceof Content.Text text) {
            json.field("type", "text").field("text", text.text());
        } else if (part instanceof Content.Image image) {
            json.field("type", "image")
                    .fieldIfAny("media_type", image.mediaType())
                    .fieldIfAny("data", image.data())
                    .fieldIfAny("url", image.url())
                    .fieldIfAny("detail", image.detail());
        } else if (part instanceof Content.Document document) {
            json.field("type", "document")
                    .fieldIfAny("media_type", document.mediaType())
                    .fieldIfAny("name", document.name())
                    .fieldIfAny("data", document.data())
                    .fieldIfAny("file_id", document.fileId());
        } else if (part instanceof Content.Audio audio) {
            json.field("type", "audio").field("media_type", audio.mediaType()).field("data", audio.data());
        } else if (part instanceof Content.Reasoning reasoning) {
            json.field("type", "reasoning")
                    .field("text", reasoning.text())
                    .fieldIfAny("signature", reasoning.signature())
                    .fieldIfAny("redacted", reasoning.redacted());
            providerData(json, reasoning.providerData());
        } else if (part instanceof ToolCall call) {
            callFields(json.field("type", "tool_use"), call);
        } else if (part instanceof ToolResult result) {
            resultFields(json.field("type", "tool_result"), result);
        }
    }

    static void call(JsonWriter json, ToolCall call) {
        json.object(it -> callFields(it, call));
    }

    static void callFields(JsonWriter json, ToolCall call) {
        json.field("id", call.id()).field("name", call.name()).fieldOf("input", call.input());
        if (call.malformedInput()) {
            json.field("malformed", true);
        }
        providerData(json, call.providerData());
    }

    static void result(JsonWriter json, ToolResult result) {
        json.object(it -> resultFields(it, result));
    }

    static void resultFields(JsonWriter json, ToolResult result) {
        content(json.field("tool_use_id", result.callId()), result.content());
        if (result.isError()) {
            json.field("is_error", true);
        }
    }

    /** Writes no content and a single text as a string. An empty text is a part, so that it differs from no content. */
    static void content(JsonWriter json, List<Content> parts) {
        if (parts.isEmpty()) {
            json.field("content", "");
        } else if (parts.size() == 1
                && parts.get(0) instanceof Content.Text only
                && !only.text().isEmpty()) {
            json.field("content", only.text());
        } else {
            json.array("content", parts, PartWriter::write);
        }
    }

    static void providerData(JsonWriter json, ProviderData data) {
        if (!data.equals(ProviderData.NONE)) {
            json.object("provider_data", it -> it.field("origin", data.origin()).fieldOf("values", data.values()));
        }
    }
}
