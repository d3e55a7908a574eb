package dev.postern.spi;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import java.util.Set;

/**
 * Creates providers of one type from their settings in a configuration file:
 *
 * <pre>{@code
 * backends:
 *   main:
 *     backend: openai          # the type, an alias, or the factory's class name
 *     config: {base_url: …}    # the settings
 * }</pre>
 *
 * <p>A factory is found by {@link java.util.ServiceLoader}: it has a public constructor without parameters, its module
 * says {@code provides dev.postern.spi.ProviderFactory with …}, and its jar lists it in
 * {@code META-INF/services/dev.postern.spi.ProviderFactory}. It holds no state.
 */
public interface ProviderFactory {

    /** The short name of the type, such as {@code openai}; letters, digits, {@code _} and {@code -}. */
    String type();

    /** Other names of the type; default none. */
    default Set<String> aliases() {
        return Set.of();
    }

    /**
     * Creates a provider. The caller closes it.
     *
     * <p>The factory must read each setting that it knows, even if it is absent: a key that was not read is refused as
     * unknown.
     *
     * @param name the backend's name, for errors and logs
     * @param settings the {@code config} section of the backend
     * @param context the resources that the backends of a gateway share
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION}, best created by {@link Settings#error}
     */
    LlmProvider create(String name, Settings settings, ProviderContext context);
}
