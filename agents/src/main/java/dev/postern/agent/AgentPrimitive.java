package dev.postern.agent;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a spec says about one of the things that its agent may use.
 *
 * @param enabled whether it may use it at all
 * @param tools the tools of it that it may use; empty for all, and of agents for none, since those are always named
 * @param namespace where its memories are, with <code>{agent_owner}</code> and <code>{agent_name}</code> filled in; empty for
 *     {@value AgentBuilder#DEFAULT_NAMESPACE}
 * @param extra what others know of it, such as {@code shared_namespaces} and {@code options}; JSON values
 */
public record AgentPrimitive(
        boolean enabled, Optional<List<String>> tools, String namespace, Map<String, @Nullable Object> extra) {
    /** Enabled, with all that belongs to it. */
    public static final AgentPrimitive ON = new AgentPrimitive(true, Optional.empty(), "", Map.of());

    /** Copies the lists. */
    public AgentPrimitive {
        tools = tools.map(List::copyOf);
        Objects.requireNonNull(namespace, "namespace");
        extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** Enabled, with these tools alone; of the primitive of agents these are the names of agents. */
    public static AgentPrimitive of(String... tools) {
        return ON.withTools(List.of(tools));
    }

    /** This with these tools alone. */
    public AgentPrimitive withTools(List<String> names) {
        return new AgentPrimitive(enabled, Optional.of(names), namespace, extra);
    }

    /** This with memories in another place. */
    public AgentPrimitive withNamespace(String template) {
        return new AgentPrimitive(enabled, tools, template, extra);
    }

    /** This, not to be used. */
    public AgentPrimitive disabled() {
        return new AgentPrimitive(false, tools, namespace, extra);
    }

    /** Whether this tool is one of those that may be used. */
    boolean allows(String tool) {
        return tools.isEmpty() || tools.get().contains(tool);
    }
}
