package dev.postern.agent;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One primitive of an {@link AgentSpec}: a group of tools and its settings.
 *
 * @param enabled whether the agent may use it
 * @param tools the tools that the agent may use; empty for all. For the primitive of agents, the names of agents; empty
 *     for none
 * @param namespace the namespace of its memories, in which <code>{agent_owner}</code> and <code>{agent_name}</code> are
 *     replaced; empty for {@value AgentBuilder#DEFAULT_NAMESPACE}
 * @param extra settings that only other gateways use, such as {@code shared_namespaces} and {@code options}; JSON
 *     values
 */
public record AgentPrimitive(
        boolean enabled, Optional<List<String>> tools, String namespace, Map<String, @Nullable Object> extra) {
    /** Enabled, with all its tools. */
    public static final AgentPrimitive ON = new AgentPrimitive(true, Optional.empty(), "", Map.of());

    /** Copies the lists. */
    public AgentPrimitive {
        tools = tools.map(List::copyOf);
        Objects.requireNonNull(namespace, "namespace");
        extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** Returns an enabled primitive with these tools only; for the primitive of agents, the names of agents. */
    public static AgentPrimitive of(String... tools) {
        return ON.withTools(List.of(tools));
    }

    /** Returns a copy with these tools only. */
    public AgentPrimitive withTools(List<String> names) {
        return new AgentPrimitive(enabled, Optional.of(names), namespace, extra);
    }

    /** Returns a copy with another namespace for memories. */
    public AgentPrimitive withNamespace(String template) {
        return new AgentPrimitive(enabled, tools, template, extra);
    }

    /** Returns a copy that is disabled. */
    public AgentPrimitive disabled() {
        return new AgentPrimitive(false, tools, namespace, extra);
    }

    /** Returns whether the agent may use this tool. */
    boolean allows(String tool) {
        return tools.isEmpty() || tools.get().contains(tool);
    }
}
