package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.agent.AgentSpecStore;
import dev.postern.agent.AgentSpecStoreFactory;
import dev.postern.agent.FileAgentSpecStore;
import dev.postern.spi.Settings;
import java.lang.System.Logger.Level;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Opens the store that the key {@code agents.store} names: a file, or a database by its JDBC URL. Databases are opened
 * by an {@link AgentSpecStoreFactory} of another module.
 */
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

    /** The store; empty if the file names none. Factories come from the class loader; null for that of the thread. */
    static Optional<AgentSpecStore> open(Settings agents, @Nullable ClassLoader chosen) {
        if (!agents.has(KEY)) {
            return agents.has(OLD_KEY) ? Optional.of(file(agents, OLD_KEY)) : Optional.empty();
        }
        if (!agents.isSection(KEY)) {
            return Optional.of(
                    agents.text(KEY, "").startsWith("jdbc:")
                            ? database(agents, KEY, "", "", chosen)
                            : file(agents, KEY));
        }
        Settings store = agents.section(KEY);
        if (store.has("url")) {
            return Optional.of(database(store, "url", store.text("user", ""), store.secret("password"), chosen));
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

    private static AgentSpecStore database(
            Settings settings, String key, String user, String password, @Nullable ClassLoader chosen) {
        String url = settings.text(key, "");
        try {
            for (AgentSpecStoreFactory factory :
                    ServiceLoader.load(AgentSpecStoreFactory.class, Factories.classLoader(chosen))) {
                if (factory.accepts(url)) {
                    return factory.open(url, user, password);
                }
            }
        } catch (LlmException e) {
            throw settings.error(key, settings.withoutValues(String.valueOf(e.getMessage())));
        } catch (ServiceConfigurationError e) {
            throw settings.error(key, "a factory of stores cannot be loaded: " + e.getMessage());
        } catch (LinkageError e) {
            throw settings.error(key, "a database needs the module java.sql; add it with --add-modules java.sql");
        }
        throw settings.error(
                key,
                url.startsWith("jdbc:")
                        ? "a database needs dev.postern:postern-jdbc on the class path or module path; add it"
                        : "no store for such a URL is on the class path or module path; a URL that begins with jdbc: needs"
                                + " dev.postern:postern-jdbc");
    }
}
