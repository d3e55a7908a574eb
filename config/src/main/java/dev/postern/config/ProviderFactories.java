package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.spi.ProviderFactory;
import dev.postern.spi.Settings;
import dev.postern.spi.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Finds the factory of a type of backend: those of this module, and those on the class path or module path. */
final class ProviderFactories {
    private static final String KEY = "backend";
    /** Artifacts of this project, by the part of a name that means them. */
    private static final Map<String, String> ARTIFACTS =
            Map.of("openai", "dev.postern:postern-provider-openai", "bedrock", "dev.postern:postern-provider-bedrock");

    private final List<ProviderFactory> known = new ArrayList<>(List.of(new NoopFactory(), new GatewayClientFactory()));
    private final ClassLoader classLoader;

    private ProviderFactories(ClassLoader classLoader) {
        this.classLoader = classLoader;
    }

    /** Finds the factories; null for the context class loader of the thread. */
    static ProviderFactories find(@Nullable ClassLoader chosen) {
        ClassLoader classLoader = classLoader(chosen);
        ProviderFactories factories = new ProviderFactories(classLoader);
        try {
            ServiceLoader.load(ProviderFactory.class, classLoader).forEach(factories.known::add);
        } catch (ServiceConfigurationError e) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "A ProviderFactory on the class path cannot be loaded: " + e.getMessage(),
                    e);
        }
        return factories;
    }

    /** The class loader that finds services: the chosen one, else that of the thread, else that of this class. */
    static ClassLoader classLoader(@Nullable ClassLoader chosen) {
        ClassLoader loader = chosen == null ? Thread.currentThread().getContextClassLoader() : chosen;
        return loader == null ? ProviderFactories.class.getClassLoader() : loader;
    }

    /** Returns the factory that the key {@code backend} of this section names. */
    ProviderFactory of(Settings backend) {
        String name = backend.text(KEY, "");
        if (name.isEmpty()) {
            throw backend.missing(KEY, "; it is the type of the backend, such as openai or bedrock");
        }
        List<ProviderFactory> offers =
                known.stream().filter(factory -> answersTo(factory, name)).toList();
        if (offers.size() > 1) {
            throw backend.error(
                    KEY,
                    "is offered by " + offers.get(0).getClass().getName() + " and by "
                            + offers.get(1).getClass().getName() + "; use the class name of one of them");
        }
        return offers.isEmpty() ? byClass(backend, name).orElseThrow(() -> unknown(backend, name)) : offers.get(0);
    }

    private static boolean answersTo(ProviderFactory factory, String name) {
        return factory.type().equals(name)
                || factory.aliases().contains(name)
                || factory.getClass().getName().equals(name);
    }

    /** Creates a factory that no service file lists, by its class name. */
    private Optional<ProviderFactory> byClass(Settings backend, String name) {
        if (name.indexOf('.') < 0) {
            return Optional.empty();
        }
        try {
            Class<?> type = Class.forName(name, false, classLoader);
            return ProviderFactory.class.isAssignableFrom(type)
                    ? Optional.of((ProviderFactory) type.getConstructor().newInstance())
                    : Optional.empty();
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        } catch (ReflectiveOperationException | LinkageError e) {
            throw backend.error(
                    KEY,
                    "the factory cannot be created (" + e.getClass().getSimpleName()
                            + "); it needs a public class with a public constructor without parameters");
        }
    }

    private LlmException unknown(Settings backend, String name) {
        List<String> types =
                known.stream().map(ProviderFactory::type).distinct().sorted().toList();
        String list = "Known are " + String.join(", ", types) + ".";
        String wanted = name.toLowerCase(Locale.ROOT);
        for (Map.Entry<String, String> artifact : ARTIFACTS.entrySet()) {
            boolean meant = wanted.contains(artifact.getKey())
                    || Suggestion.nearest(wanted, List.of(artifact.getKey())).isPresent();
            if (meant && !types.contains(artifact.getKey())) {
                return backend.error(
                        KEY,
                        "no factory on the class path offers the type '" + artifact.getKey() + "'. Add the artifact "
                                + artifact.getValue() + ". " + list);
            }
        }
        return backend.error(KEY, "no factory on the class path offers this type. " + hint(name, types, list));
    }

    private static String hint(String name, List<String> types, String list) {
        return Suggestion.nearest(name, types)
                .map(type -> "Did you mean '" + type + "'? " + list)
                .orElse(list);
    }
}
