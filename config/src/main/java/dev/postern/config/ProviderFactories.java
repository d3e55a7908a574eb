package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.config.names.Suggestion;
import dev.postern.spi.ProviderFactory;
import dev.postern.spi.Settings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the factory of a type of backend: those of this module, and those on the class path or module path. */
final class ProviderFactories {
    private static final String KEY = "backend";
    /** Artifacts of this project, by the part of a name that means them. */
    private static final Map<String, String> ARTIFACTS =
            Map.of("openai", "dev.postern:postern-provider-openai", "bedrock", "dev.postern:postern-provider-bedrock");

    private final List<ProviderFactory> known = new ArrayList<>(List.of(new NoopFactory(), new GatewayClientFactory()));
    private final List<ClassLoader> classLoaders;

    private ProviderFactories(List<ClassLoader> classLoaders) {
        this.classLoaders = classLoaders;
    }

    /** Finds the factories; null for the default class loaders. */
    static ProviderFactories find(@Nullable ClassLoader chosen) {
        return in(classLoaders(chosen));
    }

    /** Finds the factories of these class loaders. If two of them offer classes with one name, the first counts. */
    static ProviderFactories in(List<ClassLoader> classLoaders) {
        ProviderFactories factories = new ProviderFactories(classLoaders);
        Set<String> names = new HashSet<>();
        try {
            for (ClassLoader classLoader : classLoaders) {
                for (ProviderFactory factory : ServiceLoader.load(ProviderFactory.class, classLoader)) {
                    if (names.add(factory.getClass().getName())) {
                        factories.known.add(factory);
                    }
                }
            }
        } catch (ServiceConfigurationError | LinkageError e) { // the latter: a class that the factory needs is missing
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION, "A ProviderFactory on the class path cannot be loaded: " + e, e);
        }
        return factories;
    }

    /**
     * The class loaders that find services: only the chosen one; without it, first that of the thread, then that of this
     * class. On the module path and in application servers, the former may not see the services that the latter sees.
     */
    static List<ClassLoader> classLoaders(@Nullable ClassLoader chosen) {
        if (chosen != null) {
            return List.of(chosen);
        }
        ClassLoader own = ProviderFactories.class.getClassLoader();
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null || context == own ? List.of(own) : List.of(context, own);
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
            for (ClassLoader classLoader : classLoaders) {
                Optional<Class<?>> type = load(name, classLoader);
                if (type.isPresent()) {
                    return Optional.of(
                            (ProviderFactory) type.get().getConstructor().newInstance());
                }
            }
            return Optional.empty();
        } catch (ReflectiveOperationException | LinkageError e) {
            throw backend.error(
                    KEY,
                    "the factory cannot be created (" + e.getClass().getSimpleName()
                            + "); it needs a public class with a public constructor without parameters");
        }
    }

    /** Returns the class with this name, if it is a factory. */
    private static Optional<Class<?>> load(String name, ClassLoader classLoader) {
        try {
            Class<?> type = Class.forName(name, false, classLoader);
            return ProviderFactory.class.isAssignableFrom(type) ? Optional.of(type) : Optional.empty();
        } catch (ClassNotFoundException e) {
            return Optional.empty();
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
