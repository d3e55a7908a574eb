package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.agent.AgentSpecStore;
import dev.postern.agent.FileAgentSpecStore;
import dev.postern.agent.jdbc.JdbcAgentSpecStore;
import dev.postern.spi.Settings;
import java.lang.System.Logger.Level;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the store that the key {@code agents.store} names: a file, or a database by its JDBC URL. */
final class AgentStores {
    private static final String KEY = "store";
    /** As older files of the Python gateway have it. */
    private static final String OLD_KEY = "store_path";

    private AgentStores() {}

    /** Asks for what {@link #open} would read, which is no error then. */
    static void ask(Settings agents) {
        agents.has(OLD_KEY);
        if (agents.isSection(KEY)) {
            Settings store = agents.section(KEY);
            store.has("url");
            store.has("user");
            store.has("password");
            store.has("path");
            store.has("backend");
            store.has("config");
        }
    }

    /** The store; empty if the file names none. */
    static Optional<AgentSpecStore> open(Settings agents) {
        if (!agents.has(KEY)) {
            return agents.has(OLD_KEY) ? Optional.of(file(agents, OLD_KEY)) : Optional.empty();
        }
        if (!agents.isSection(KEY)) {
            return Optional.of(
                    agents.text(KEY, "").startsWith("jdbc:") ? database(agents, KEY, "", "") : file(agents, KEY));
        }
        Settings store = agents.section(KEY);
        if (store.has("url")) {
            return Optional.of(database(store, "url", store.text("user", ""), store.secret("password")));
        }
        if (store.has("path")) {
            return Optional.of(file(store, "path"));
        }
        return python(store);
    }

    /** The Python gateway has files and Redis. */
    private static Optional<AgentSpecStore> python(Settings store) {
        if (!store.text("backend", "file").equals("file")) {
            System.getLogger("dev.postern.config")
                    .log(
                            Level.WARNING,
                            store.path() + ": is no store of this gateway, so agents that are made at run time end with"
                                    + " the process; name a file or a JDBC URL to keep them");
            return Optional.empty();
        }
        Settings config = store.section("config");
        return config.has("path") ? Optional.of(file(config, "path")) : Optional.empty();
    }

    private static AgentSpecStore file(Settings settings, String key) {
        try {
            return FileAgentSpecStore.open(Path.of(settings.text(key, "")));
        } catch (InvalidPathException e) {
            throw settings.error(key, "is no path of a file");
        } catch (LlmException e) {
            throw settings.error(key, String.valueOf(e.getMessage()));
        }
    }

    private static AgentSpecStore database(Settings settings, String key, String user, String password) {
        try {
            return JdbcAgentSpecStore.ofUrl(settings.text(key, ""), user, password);
        } catch (LlmException e) {
            throw settings.error(key, settings.withoutValues(String.valueOf(e.getMessage())));
        } catch (LinkageError e) {
            throw settings.error(key, "a database needs the module java.sql; add it with --add-modules java.sql");
        }
    }
}
