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

/** Makes a backend of its section: the provider, and how the gateway treats it. */
final class Backends {
    private static final Pattern ABOUT_A_KEY = Pattern.compile("([a-z][a-z0-9_.]*): (.*)", Pattern.DOTALL);

    private final Factories factories;
    private final ProviderContext context;

    Backends(Factories factories, ProviderContext context) {
        this.factories = factories;
        this.context = context;
    }

    /** The provider, which is the caller's to close. What its factory does not know in {@code config} is not refused yet. */
    LlmProvider provider(String name, Settings backend) {
        ProviderFactory factory = factories.of(backend);
        Settings config = backend.section("config");
        LlmProvider made;
        try {
            made = factory.create(name, config, context);
        } catch (LlmException e) {
            throw placed(e, config);
        } catch (RuntimeException | LinkageError e) {
            throw failed(factory, e.getClass().getName(), e.getStackTrace(), backend);
        }
        if (made == null) { // it may be anybody's, who need not know our rules
            throw failed(factory, "null", new StackTraceElement[0], backend);
        }
        return made;
    }

    /** Neither the message nor the cause are kept: either may hold a secret. What the cause has to say is where it was. */
    private static LlmException failed(ProviderFactory by, String how, StackTraceElement[] where, Settings backend) {
        LlmException failure =
                backend.error("backend", "the factory " + by.getClass().getName() + " failed with " + how);
        if (where.length > 0) {
            failure.setStackTrace(where);
        }
        return failure;
    }

    /** How the gateway treats the backend, from the same {@code config}. */
    static BackendPolicy policy(Settings config) {
        BackendPolicy defaults = BackendPolicy.defaults();
        int concurrency = config.integer("concurrency", 0, 0);
        int perMinute = config.integer("requests_per_minute", 0, 0);
        Settings coolDown = config.section("cooldown");
        if (config.has("requests_burst") && perMinute == 0) {
            throw config.error("requests_burst", "needs 'requests_per_minute', of which it is a part");
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
        Settings own = config.section("extra");
        ExtraPolicy policy = ExtraPolicy.open().withLocked(own.texts("locked"));
        if (own.has("allowed")) {
            policy = policy.withAllowed(own.texts("allowed"));
        }
        try {
            return policy.withSet(own.object("set"));
        } catch (LlmException e) {
            throw own.error("set", config.withoutValues(String.valueOf(e.getMessage())));
        }
    }

    /** What the provider's builder refused, at the place of the key that it names; what it quotes may be a secret. */
    private static LlmException placed(LlmException e, Settings config) {
        String message = String.valueOf(e.getMessage());
        if (message.contains(config.path())) {
            return e; // by the settings themselves, hence in place and without a value
        }
        Matcher named = ABOUT_A_KEY.matcher(message);
        String key = named.matches() ? String.valueOf(named.group(1)) : "";
        String sentence = named.matches() ? String.valueOf(named.group(2)) : message;
        LlmException failure = config.error(key, config.withoutValues(sentence));
        failure.setStackTrace(e.getStackTrace());
        return failure;
    }

    /** Closes a provider that is not needed, since another failure is to be told. */
    static void closeQuietly(LlmProvider provider) {
        try {
            provider.close();
        } catch (RuntimeException e) {
            System.getLogger("dev.postern.config")
                    .log(System.Logger.Level.DEBUG, "a backend that is not needed did not close", e);
        }
    }
}
