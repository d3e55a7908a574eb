package dev.postern.bedrock;

import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.ResponseFormat;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request as the JSON of Converse and ConverseStream. Converse has no fields for seed, penalties and parallel
 * tool calls, so they are not sent.
 */
final class ConverseRequestWriter {
    private final CompletionRequest request;
    private final ModelFamily family;
    private final ConverseSettings settings;
    private final boolean stream;
    private final ToolIdentifiers ids;
    private final ConverseExtraFields extra;
    private final ConverseTurns turns;
    private final List<ToolDefinition> tools;
    private final CachePoints points;

    ConverseRequestWriter(
            CompletionRequest request,
            ModelFamily family,
            ConverseSettings settings,
            boolean stream,
            ToolIdentifiers ids,
            CacheSupport caching) {
        this.request = request;
        this.family = family;
        this.settings = settings;
        this.stream = stream;
        this.ids = ids;
        this.extra = new ConverseExtraFields(request, settings);
        boolean withheld = request.toolChoice().orElse(ToolChoice.AUTO) == ToolChoice.NONE;
        this.tools = withheld ? List.of() : request.tools();
        // Converse requires toolConfig for a history with calls, and toolConfig requires a tool. So the calls of the
        // history become text if there are no tools.
        this.turns = new ConverseTurns(
                request.messages(), family, !hasTools() && ConverseTurns.hasTools(request.messages()));
        this.points = CachePoints.of(
                caching,
                family.cachesTools() ? tools : List.of(),
                turns,
                settings.cache().size());
    }

    private boolean hasTools() {
        return !tools.isEmpty() || !extra.tools().isEmpty();
    }

    byte[] write() {
        return Json.bytes(json -> json.object(this::body));
    }

    /** The body of a request that counts the tokens of the prompt. */
    byte[] writeCount() {
        return Json.bytes(json ->
                json.object(it -> it.object("input", input -> input.object("converse", this::prompt))));
    }

    private void prompt(JsonWriter json) {
        BlockWriter blocks = new BlockWriter(json, ids, points);
        json.array("messages", all -> messages(all, blocks));
        if (!extra.has("system")) {
            system(json);
        }
        if (hasTools() || !extra.toolOptions().isEmpty()) {
            new ToolConfigWriter(request, tools, extra, false, points, ids).write(json);
        }
    }

    private void body(JsonWriter json) {
        BlockWriter blocks = new BlockWriter(json, ids, points);
        json.array("messages", all -> messages(all, blocks));
        if (!extra.has("system")) {
            system(json);
        }
        inference(json);
        if (hasTools() || !extra.toolOptions().isEmpty()) {
            boolean cached = settings.cache().contains(CachePoint.TOOLS) && family.cachesTools();
            new ToolConfigWriter(request, tools, extra, cached, points, ids).write(json);
        }
        output(json);
        if (settings.hasGuardrail() && !extra.hasGuardrail()) {
            json.object("guardrailConfig", this::guardrail);
        }
        if (!request.requestMetadata().isEmpty()) {
            json.fieldOf("requestMetadata", request.requestMetadata());
        }
        fields(json, extra.members());
        if (!extra.additional().isEmpty()) {
            json.fieldOf(ConverseExtraFields.ADDITIONAL, extra.additional());
        }
    }

    private void messages(JsonWriter json, BlockWriter blocks) {
        List<ConverseTurn> all = turns.all();
        for (int i = 0; i < all.size(); i++) {
            ConverseTurn turn = all.get(i);
            boolean last = i == all.size() - 1;
            boolean lastOfUser = !turn.assistant() && i >= all.size() - 2;
            boolean cached = lastOfUser && settings.cache().contains(CachePoint.MESSAGES);
            json.object(message -> message.field("role", turn.assistant() ? "assistant" : "user")
                    .array("content", content -> blocks.turn(turn, last, cached)));
        }
    }

    private void system(JsonWriter json) {
        List<Content> all = new ArrayList<>();
        if (!request.system().isBlank()) {
            all.add(Content.text(request.system()));
        }
        all.addAll(turns.system());
        if (!all.isEmpty()) {
            json.array("system", blocks -> {
                BlockWriter writer = new BlockWriter(blocks, ids, points);
                all.forEach(writer::system);
                if (settings.cache().contains(CachePoint.SYSTEM) && !points.isAfter(all.get(all.size() - 1))) {
                    CachePoint.write(blocks);
                }
            });
        }
    }

    private void inference(JsonWriter json) {
        if (request.maxTokens().isPresent()
                || request.temperature().isPresent()
                || request.topP().isPresent()
                || !request.stop().isEmpty()
                || !extra.inference().isEmpty()) {
            json.object("inferenceConfig", config -> {
                if (request.maxTokens().isPresent()) {
                    config.field("maxTokens", request.maxTokens().getAsInt());
                }
                if (request.temperature().isPresent()) {
                    config.field("temperature", request.temperature().getAsDouble());
                }
                if (request.topP().isPresent()) {
                    config.field("topP", request.topP().getAsDouble());
                }
                if (!request.stop().isEmpty()) {
                    config.array("stopSequences", request.stop(), JsonWriter::text);
                }
                fields(config, extra.inference());
            });
        }
    }

    private static void fields(JsonWriter json, Map<String, ? extends @Nullable Object> fields) {
        for (Map.Entry<String, ? extends @Nullable Object> field : fields.entrySet()) {
            json.fieldOf(field.getKey(), field.getValue());
        }
    }

    private void output(JsonWriter json) {
        ResponseFormat format = request.responseFormat().orElse(null);
        if (format != null || !extra.output().isEmpty()) {
            json.object("outputConfig", config -> {
                if (format != null) {
                    config.object("textFormat", text -> textFormat(text, format));
                }
                fields(config, extra.output());
            });
        }
    }

    /**
     * Writes the response format. Converse requires the schema as a string; a format without a schema allows any
     * object.
     */
    private static void textFormat(JsonWriter text, ResponseFormat format) {
        String name = format instanceof ResponseFormat.JsonSchema schema ? schema.name() : "answer";
        Map<String, ?> schema =
                format instanceof ResponseFormat.JsonSchema strict ? strict.schema() : Map.of("type", "object");
        text.field("type", "json_schema")
                .object(
                        "structure",
                        structure -> structure.object(
                                "jsonSchema",
                                out -> out.field("schema", Json.text(schema)).field("name", name)));
    }

    private void guardrail(JsonWriter config) {
        config.field("guardrailIdentifier", settings.guardrailId())
                .field("guardrailVersion", settings.guardrailVersion())
                .field("trace", "enabled");
        if (stream) {
            config.field("streamProcessingMode", "sync"); // the guardrail checks content before it is sent
        }
    }
}
