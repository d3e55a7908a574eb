package dev.postern.agent;

import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.util.List;
import java.util.Map;

/**
 * Writes specs as JSON with the field names of the Python Agentic Primitives Gateway; {@link AgentSpecReader} reads
 * them.
 */
public final class AgentSpecWriter {
    private AgentSpecWriter() {}

    /** Returns a spec as a JSON object, in UTF-8. */
    public static byte[] write(AgentSpec spec) {
        return Json.bytes(json -> write(json, spec));
    }

    /** Returns specs as <code>{"agents": […]}</code>, in UTF-8. */
    public static byte[] write(List<AgentSpec> specs) {
        return Json.bytes(json -> json.object(all -> all.array("agents", specs, AgentSpecWriter::write)));
    }

    private static void write(JsonWriter json, AgentSpec spec) {
        json.object(it -> {
            it.field("name", spec.name())
                    .field("description", spec.description())
                    .field("model", spec.model())
                    .field("system_prompt", spec.systemPrompt())
                    .object("primitives", all -> spec.primitives().forEach((name, use) -> primitive(all, name, use)))
                    .object(
                            "hooks",
                            hooks -> hooks.field("auto_memory", spec.autoMemory())
                                    .field("auto_trace", spec.autoTrace()))
                    .fieldOf("provider_overrides", spec.providerOverrides())
                    .field("max_turns", spec.maxTurns());
            spec.maxRepeatedCalls().ifPresent(turns -> it.field("max_repeated_calls", turns));
            it.fieldOf(
                            "temperature",
                            spec.temperature().isPresent() ? spec.temperature().getAsDouble() : null)
                    .fieldOf(
                            "max_tokens",
                            spec.maxTokens().isPresent() ? spec.maxTokens().getAsInt() : null)
                    .field("owner_id", spec.owner())
                    .fieldOf("shared_with", spec.extra().getOrDefault("shared_with", List.of()))
                    .fieldOf("checkpointing_enabled", spec.extra().getOrDefault("checkpointing_enabled", false));
        });
    }

    private static void primitive(JsonWriter json, String name, AgentPrimitive use) {
        json.object(
                name,
                it -> it.field("enabled", use.enabled())
                        .fieldOf("tools", use.tools().orElse(null))
                        .fieldOf("namespace", use.namespace().isEmpty() ? null : use.namespace())
                        .fieldOf("shared_namespaces", use.extra().get("shared_namespaces"))
                        .fieldOf("options", use.extra().getOrDefault("options", Map.of())));
    }
}
