package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.gateway.BackendPolicy;
import dev.postern.gateway.ExtraPolicy;
import dev.postern.spi.ProviderContext;
import dev.postern.spi.ProviderFactory;
import dev.postern.spi.Settings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Creates backends from their sections: the provider, and the gateway's policy for it. */
final class Backends {
    private static final Pattern KEY_AND_SENTENCE = Pattern.compile("([a-z][a-z0-9_.]*): (.*)", Pattern.DOTALL);

    private final ProviderFactories factories;
    private final ProviderContext context;

    Backends(ProviderFactories factories, ProviderContext context) {
        this.factories = factories;
        this.context = context;
    }

    /** Creates the provider; the caller closes it. Unknown keys of {@code config} are refused later. */
    LlmProvider provider(String name, Settings backend) {
        ProviderFactory factory = factories.of(backend);
        Settings config = backend.section("config");
        LlmProvider provider;
        try {
            provider = factory.create(name, config, context);
        } catch (LlmException e) {
            throw placed(e, config);
        } catch (RuntimeException | LinkageError e) {
            throw failed(factory, e.getClass().getName(), e.getStackTrace(), backend);
        }
        if (provider == null) { // a factory of an application may break the contract
            throw failed(factory, "null", new StackTraceElement[0], backend);
        }
        return provider;
    }

    /** The message and the cause are dropped, because they may contain a secret. The stack trace is kept. */
    private static LlmException failed(
            ProviderFactory factory, String how, StackTraceElement[] where, Settings backend) {
        LlmException failure =
                backend.error("backend", "the factory " + factory.getClass().getName() + " failed with " + how);
        if (where.length > 0) {
            failure.setStackTrace(where);
        }
        return failure;
    }

    /** Reads the gateway's policy for the backend from the same {@code config}. */
    static BackendPolicy policy(Settings config) {
        BackendPolicy defaults = BackendPolicy.defaults();
        int concurrency = config.integer("concurrency", 0, 0);
        int perMinute = config.integer("requests_per_minute", 0, 0);
        Settings coolDown = config.section("cooldown");
        if (config.has("requests_burst") && perMinute == 0) {
            throw config.error("requests_burst", "needs 'requests_per_minute' as well");
        }
        return BackendPolicy.builder()
                .modelAliases(config.textMap("model_aliases"))
                .fallbackModel(config.text("default_model", ""))
                .maxConcurrent(concurrency)
                .requestsPerMinute(perMinute)
                .requestsBurst(config.integer("requests_burst", 0, 1))
                .maxQueued(config.integer("max_queue", defaults.maxQueued(), 0))
                .coolDown(
                        coolDown.integer("after", defaults.coolDownAfter(), 0),
                        coolDown.duration("for", defaults.coolDown()))
                .extra(extra(config))
                .build();
    }

    private static ExtraPolicy extra(Settings config) {
        Settings extra = config.section("extra");
        ExtraPolicy policy = ExtraPolicy.open().withLocked(extra.texts("locked"));
        if (extra.has("allowed")) {
            policy = policy.withAllowed(extra.texts("allowed"));
        }
        try {
            return policy.withSet(extra.object("set"));
        } catch (LlmException e) {
            throw extra.error("set", config.withoutValues(String.valueOf(e.getMessage())));
        }
    }

    /** Adds the place to an error of the provider's builder, and removes the values, which may be secret. */
    private static LlmException placed(LlmException e, Settings config) {
        String message = String.valueOf(e.getMessage());
        if (message.contains(config.path())) {
            return e; // an error of the settings has its place and no value
        }
        Matcher named = KEY_AND_SENTENCE.matcher(message);
        String key = named.matches() ? String.valueOf(named.group(1)) : "";
        String sentence = named.matches() ? String.valueOf(named.group(2)) : message;
        LlmException failure = config.error(key, config.withoutValues(sentence));
        failure.setStackTrace(e.getStackTrace());
        return failure;
    }

    /** Closes a provider after a failure. Its own failure is only logged, because the first one is reported. */
    static void closeQuietly(LlmProvider provider) {
        try {
            provider.close();
        } catch (RuntimeException | Error e) {
            System.getLogger("dev.postern.config")
                    .log(System.Logger.Level.DEBUG, "closing a backend failed after another failure", e);
        }
    }
}
