package dev.postern.bedrock;

import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.ResponseFormat;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request as the JSON of Converse, the same for streams. Converse refuses every field that it does not know, so the
 * request's {@code extra} is sorted: members of Converse go where they belong, all else to {@code
 * additionalModelRequestFields}. Seed, penalties and parallel tool calls have no place in Converse and are left out.
 */
final class ConverseRequestWriter {
    private static final String ADDITIONAL = "additionalModelRequestFields";
    private static final Set<String> MEMBERS = Set.of(
            "inferenceConfig",
            "toolConfig",
            "guardrailConfig",
            "additionalModelResponseFieldPaths",
            "promptVariables",
            "requestMetadata",
            "performanceConfig",
            "serviceTier",
            "outputConfig",
            "system",
            "messages");

    private final CompletionRequest request;
    private final ConverseSettings settings;
    private final boolean stream;
    private final WireIds ids;
    private final Turns turns;
    private final List<ToolDefinition> tools;

    ConverseRequestWriter(
            CompletionRequest request, ModelFamily family, ConverseSettings settings, boolean stream, WireIds ids) {
        this.request = request;
        this.settings = settings;
        this.stream = stream;
        this.ids = ids;
        boolean withheld = request.toolChoice().orElse(ToolChoice.AUTO) == ToolChoice.NONE;
        this.tools = withheld ? List.of() : request.tools();
        // A history with calls needs toolConfig, and toolConfig needs a tool: without one the calls become text.
        boolean flat = tools.isEmpty() && ours("toolConfig") && Turns.hasTools(request.messages());
        this.turns = new Turns(request.messages(), family, flat);
    }

    byte[] write() {
        return Json.bytes(json -> json.object(this::body));
    }

    private void body(JsonWriter json) {
        if (ours("messages")) {
            BlockWriter blocks = new BlockWriter(json, ids);
            json.array("messages", all -> messages(all, blocks));
        }
        if (ours("system")) {
            system(json);
        }
        if (ours("inferenceConfig")) {
            inference(json);
        }
        if (ours("toolConfig") && !tools.isEmpty()) {
            new ToolConfigWriter(request, tools, settings, ids).write(json);
        }
        if (ours("outputConfig")) {
            output(json);
        }
        if (ours("guardrailConfig") && !settings.guardrailId().isEmpty()) {
            json.object("guardrailConfig", this::guardrail);
        }
        extra(json);
    }

    private boolean ours(String member) {
        return !request.extra().containsKey(member);
    }

    private void messages(JsonWriter json, BlockWriter blocks) {
        List<Turns.Turn> all = turns.all();
        for (int i = 0; i < all.size(); i++) {
            Turns.Turn turn = all.get(i);
            boolean last = i == all.size() - 1;
            boolean lastOfUser = !turn.assistant() && i >= all.size() - 2;
            json.object(message -> message.field("role", turn.assistant() ? "assistant" : "user")
                    .array("content", content -> {
                        blocks.turn(turn, last);
                        if (lastOfUser && settings.cache().contains(CachePoint.MESSAGES)) {
                            CachePoint.write(content);
                        }
                    }));
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
                BlockWriter writer = new BlockWriter(blocks, ids);
                all.forEach(writer::system);
                if (settings.cache().contains(CachePoint.SYSTEM)) {
                    CachePoint.write(blocks);
                }
            });
        }
    }

    private void inference(JsonWriter json) {
        if (request.maxTokens().isPresent()
                || request.temperature().isPresent()
                || request.topP().isPresent()
                || !request.stop().isEmpty()) {
            json.object("inferenceConfig", config -> {
                request.maxTokens().ifPresent(value -> config.field("maxTokens", value));
                request.temperature().ifPresent(value -> config.field("temperature", value));
                request.topP().ifPresent(value -> config.field("topP", value));
                if (!request.stop().isEmpty()) {
                    config.array("stopSequences", request.stop(), JsonWriter::text);
                }
            });
        }
    }

    /** The schema as a string, as Converse wants it; "any JSON object" is a schema, too. */
    private void output(JsonWriter json) {
        ResponseFormat format = request.responseFormat().orElse(null);
        if (format == null) {
            return;
        }
        String name = format instanceof ResponseFormat.JsonSchema schema ? schema.name() : "answer";
        Map<String, ?> schema =
                format instanceof ResponseFormat.JsonSchema strict ? strict.schema() : Map.of("type", "object");
        json.object(
                "outputConfig",
                config -> config.object(
                        "textFormat",
                        text -> text.field("type", "json_schema")
                                .object(
                                        "structure",
                                        structure -> structure.object(
                                                "jsonSchema",
                                                out -> out.field("schema", Json.text(schema))
                                                        .field("name", name)))));
    }

    private void guardrail(JsonWriter config) {
        config.field("guardrailIdentifier", settings.guardrailId())
                .field("guardrailVersion", settings.guardrailVersion())
                .field("trace", "enabled");
        if (stream) {
            config.field("streamProcessingMode", "sync"); // what was blocked must not have been shown before
        }
    }

    private void extra(JsonWriter json) {
        Map<String, @Nullable Object> additional = new LinkedHashMap<>();
        if (!request.reasoningEffort().isEmpty()) {
            additional.put("reasoning_effort", request.reasoningEffort());
        }
        request.extra().forEach((name, value) -> {
            if (MEMBERS.contains(name)) {
                json.fieldOf(name, value);
            } else if (name.equals(ADDITIONAL) && value instanceof Map<?, ?> fields) {
                fields.forEach((field, inner) -> additional.put(String.valueOf(field), inner));
            } else {
                additional.put(name, value);
            }
        });
        if (!additional.isEmpty()) {
            json.fieldOf(ADDITIONAL, additional);
        }
    }
}
