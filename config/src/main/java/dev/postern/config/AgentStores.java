package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.agent.AgentSpecStore;
import dev.postern.agent.AgentSpecStoreFactory;
import dev.postern.agent.FileAgentSpecStore;
import dev.postern.config.python.PythonGatewayFiles;
import dev.postern.spi.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Opens the store that the key {@code agents.store} names: a file, or a database with a JDBC URL. The {@link
 * AgentSpecStoreFactory} of another module opens databases.
 */
final class AgentStores {
    private static final String KEY = "store";

    private AgentStores() {}

    /** Accepts the keys that {@link #open} reads. A reload does not open the store, but its keys are known. */
    static void acceptKeys(Settings agents) {
        if (agents.isSection(KEY)) {
            Settings store = agents.section(KEY);
            store.has("url");
            store.has("user");
            store.has("password");
            store.has("path");
            PythonGatewayFiles.acceptStore(store);
        }
    }

    /**
     * Opens the store; empty if the file names none.
     *
     * @param classLoader finds the factories; null for that of the thread, then that of this class
     */
    static Optional<AgentSpecStore> open(Settings agents, @Nullable ClassLoader classLoader) {
        if (!agents.has(KEY)) {
            return PythonGatewayFiles.oldStore(agents, AgentStores::file);
        }
        if (!agents.isSection(KEY)) {
            return Optional.of(
                    agents.text(KEY, "").startsWith("jdbc:")
                            ? database(agents, KEY, "", "", classLoader)
                            : file(agents, KEY));
        }
        Settings store = agents.section(KEY);
        if (store.has("url")) {
            return Optional.of(database(store, "url", store.text("user", ""), store.secret("password"), classLoader));
        }
        return store.has("path")
                ? Optional.of(file(store, "path"))
                : PythonGatewayFiles.store(store, AgentStores::file);
    }

    private static AgentSpecStore file(Settings settings, String key) {
        try {
            return FileAgentSpecStore.open(Path.of(settings.text(key, "")));
        } catch (InvalidPathException e) {
            throw settings.error(key, "is not a valid path");
        } catch (LlmException e) {
            throw settings.error(key, String.valueOf(e.getMessage()));
        }
    }

    private static AgentSpecStore database(
            Settings settings, String key, String user, String password, @Nullable ClassLoader classLoader) {
        String url = settings.text(key, "");
        try {
            for (ClassLoader loader : ProviderFactories.classLoaders(classLoader)) {
                for (AgentSpecStoreFactory factory : ServiceLoader.load(AgentSpecStoreFactory.class, loader)) {
                    if (factory.accepts(url)) {
                        return factory.open(url, user, password);
                    }
                }
            }
        } catch (LlmException e) {
            throw settings.error(key, settings.withoutValues(String.valueOf(e.getMessage())));
        } catch (ServiceConfigurationError e) {
            throw settings.error(key, "an AgentSpecStoreFactory cannot be loaded: " + e.getMessage());
        } catch (LinkageError e) {
            throw settings.error(
                    key,
                    ModuleLayer.boot().findModule("java.sql").isEmpty()
                            ? "a database needs the module java.sql; add it with --add-modules java.sql"
                            : settings.withoutValues("an AgentSpecStoreFactory cannot be loaded: " + e));
        }
        throw settings.error(
                key,
                url.startsWith("jdbc:")
                        ? "a database needs dev.postern:postern-jdbc on the class path or module path; add it"
                        : "nothing on the class path or module path opens such a URL; a URL that begins with jdbc: needs"
                                + " dev.postern:postern-jdbc");
    }
}
