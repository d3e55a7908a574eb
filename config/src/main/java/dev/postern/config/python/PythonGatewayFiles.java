package dev.postern.config.python;

import dev.postern.agent.AgentSpecBuilder;
import dev.postern.spi.Settings;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The names and keys of the Python gateway's files. {@link Settings} refuses keys that were not read; the methods {@code
 * accept…} read those that have no meaning here.
 */
public final class PythonGatewayFiles {
    /** The class names of the backend that gives empty answers. */
    public static final Set<String> NOOP_BACKENDS = Set.of(
            "NoopLLMProvider",
            "agentic_primitives_gateway.primitives.llm.noop.NoopLLMProvider",
            "agentic_primitives_gateway.primitives.gateway.noop.NoopGatewayProvider");

    /** The tools that a spec may list although this gateway does not have them. */
    public static final Set<String> TOOLS = Set.of("search_tools", "invoke_tool");

    private static final Logger LOG = System.getLogger("dev.postern.config");
    /** The key of the store's file in older files. */
    private static final String STORE_PATH = "store_path";
    /** The Python gateway shares the agents of a file with all users, unless the file says otherwise. */
    private static final List<String> ALL_USERS = List.of("*");

    private PythonGatewayFiles() {}

    /** Accepts the keys of the section {@code agents}. */
    public static void acceptAgents(Settings agents) {
        agents.has("max_versions_per_identity");
        agents.has(STORE_PATH);
    }

    /** Accepts the keys of the section {@code agents.store}. */
    public static void acceptStore(Settings store) {
        store.has("backend");
        store.has("config");
    }

    /** Accepts the keys of a primitive. */
    public static void acceptPrimitive(Settings primitive) {
        primitive.has("shared_namespaces");
        primitive.has("options");
    }

    /** Adds the fields of a spec that agents keep without using them. */
    public static void keepFields(Settings spec, AgentSpecBuilder builder) {
        builder.autoTrace(spec.section("hooks").bool("auto_trace", true))
                .extra("shared_with", spec.has("shared_with") ? spec.texts("shared_with") : ALL_USERS);
        if (spec.has("checkpointing_enabled")) {
            builder.extra("checkpointing_enabled", spec.bool("checkpointing_enabled", false));
        }
    }

    /** Opens the file that the key of older files names; empty if the section has no such key. */
    public static <T> Optional<T> oldStore(Settings agents, BiFunction<Settings, String, T> opener) {
        return agents.has(STORE_PATH) ? Optional.of(opener.apply(agents, STORE_PATH)) : Optional.empty();
    }

    /** Opens the file of {@code store: {backend: file, config: {path: …}}}. Another backend is a warning in the log. */
    public static <T> Optional<T> store(Settings store, BiFunction<Settings, String, T> opener) {
        if (!store.text("backend", "file").equals("file")) {
            LOG.log(
                    Level.WARNING,
                    store.path() + ": is not a store of this gateway, so agents that are created at run time are lost"
                            + " when the process ends; use a file or a JDBC URL to keep them");
            return Optional.empty();
        }
        Settings config = store.section("config");
        return config.has("path") ? Optional.of(opener.apply(config, "path")) : Optional.empty();
    }
}
