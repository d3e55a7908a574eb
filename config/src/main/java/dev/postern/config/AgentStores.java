package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.agent.AgentSpecStore;
import dev.postern.agent.AgentSpecStoreFactory;
import dev.postern.agent.ConversationMemory;
import dev.postern.agent.FileAgentSpecStore;
import dev.postern.agent.MemoryStore;
import dev.postern.config.python.PythonGatewayFiles;
import dev.postern.spi.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Opens what the keys {@code agents.store}, {@code agents.conversations} and {@code agents.memories} name: a file (agents only), or a
 * database with a JDBC URL. The {@link AgentSpecStoreFactory} of another module opens databases.
 */
final class AgentStores {
    private static final String KEY = "store";
    private static final String CONVERSATIONS = "conversations";
    private static final String MEMORIES = "memories";

    /** Opens one kind of store with a factory. */
    private interface Opening<T> {
        Optional<T> open(AgentSpecStoreFactory factory, String url, String user, String password);
    }

    private AgentStores() {}

    /** Accepts the keys that the other methods read. A reload does not open the stores, but their keys are known. */
    static void acceptKeys(Settings agents) {
        for (String key : List.of(CONVERSATIONS, MEMORIES)) {
            if (agents.isSection(key)) {
                Settings store = agents.section(key);
                store.has("url");
                store.has("user");
                store.has("password");
            } else {
                agents.has(key);
            }
        }
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
                            ? database(agents, KEY, "", "", classLoader, AgentStores::specs)
                            : file(agents, KEY));
        }
        Settings store = agents.section(KEY);
        if (store.has("url")) {
            return Optional.of(database(
                    store, "url", store.text("user", ""), store.secret("password"), classLoader, AgentStores::specs));
        }
        return store.has("path")
                ? Optional.of(file(store, "path"))
                : PythonGatewayFiles.store(store, AgentStores::file);
    }

    private static Optional<AgentSpecStore> specs(
            AgentSpecStoreFactory factory, String url, String user, String password) {
        return Optional.of(factory.open(url, user, password));
    }

    /** Opens the conversations; empty if the file does not say where they are. */
    static Optional<ConversationMemory> conversations(Settings agents, @Nullable ClassLoader classLoader) {
        return database(agents, CONVERSATIONS, classLoader, AgentSpecStoreFactory::conversations);
    }

    /** Opens the memories; empty if the file does not say where they are. */
    static Optional<MemoryStore> memories(Settings agents, @Nullable ClassLoader classLoader) {
        return database(agents, MEMORIES, classLoader, AgentSpecStoreFactory::memories);
    }

    private static <T> Optional<T> database(
            Settings agents, String key, @Nullable ClassLoader classLoader, Opening<T> opening) {
        if (!agents.has(key)) {
            return Optional.empty();
        }
        if (!agents.isSection(key)) {
            return Optional.of(database(agents, key, "", "", classLoader, opening));
        }
        Settings store = agents.section(key);
        store.required("url");
        return Optional.of(
                database(store, "url", store.text("user", ""), store.secret("password"), classLoader, opening));
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

    private static <T> T database(
            Settings settings,
            String key,
            String user,
            String password,
            @Nullable ClassLoader classLoader,
            Opening<T> opening) {
        String url = settings.text(key, "");
        try {
            for (ClassLoader loader : ProviderFactories.classLoaders(classLoader)) {
                for (AgentSpecStoreFactory factory : ServiceLoader.load(AgentSpecStoreFactory.class, loader)) {
                    Optional<T> opened =
                            factory.accepts(url) ? opening.open(factory, url, user, password) : Optional.empty();
                    if (opened.isPresent()) {
                        return opened.get();
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
