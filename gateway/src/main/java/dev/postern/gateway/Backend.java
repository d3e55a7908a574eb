package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.ProviderHealth;
import dev.postern.flow.Timer;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One backend of a gateway.
 *
 * @param name its name in requests
 * @param provider the client for its API
 * @param policy its aliases, limits and extra fields
 * @param limiter enforces the limits
 * @param coolDown its circuit breakers
 */
record Backend(String name, LlmProvider provider, BackendPolicy policy, CallLimiter limiter, CoolDown coolDown) {
    private static final int MAX_NAME_LENGTH = 64;

    static Backend of(String name, LlmProvider provider, BackendPolicy policy, Timer timer) {
        return new Backend(name, provider, policy, new CallLimiter(policy, timer), new CoolDown(policy, timer));
    }

    /** Its health; it is down while its key or account is refused. */
    CompletableFuture<ProviderHealth> health() {
        LlmException failure = coolDown.keyFailure();
        if (failure != null) {
            return CompletableFuture.completedFuture(
                    ProviderHealth.down("The backend refuses the gateway's key or account (" + failure.kind() + ")."));
        }
        try {
            return provider.healthAsync().handle((health, thrown) -> {
                if (thrown != null) {
                    return ProviderHealth.down(LlmException.of(thrown));
                }
                return health == null ? ProviderHealth.down("Its check of health gave null.") : health;
            });
        } catch (RuntimeException | LinkageError e) {
            return CompletableFuture.completedFuture(ProviderHealth.down(LlmException.of(e)));
        }
    }

    /**
     * Reports changes of its state to the listeners. A refused key or account is logged as a warning, since the fallbacks may
     * cost more and the operator would not notice.
     */
    void report(List<CoolDown.Change> changes, Listeners listeners) {
        for (CoolDown.Change change : changes) {
            boolean ofKey = FallbackRules.isOfKey(change.why().kind());
            if (change.available()) {
                log(ofKey ? Level.INFO : Level.DEBUG, change, " is available again.");
                listeners.emit(listener -> listener.onAvailable(name, change.model()));
            } else {
                log(
                        ofKey ? Level.WARNING : Level.DEBUG,
                        change,
                        ofKey
                                ? " refuses the gateway's key or account (" + description(change.why())
                                        + "); fallbacks are used, if there are any, until a call succeeds."
                                : " cools down (" + description(change.why()) + ").");
                listeners.emit(listener -> listener.onUnavailable(name, change.model(), change.why()));
            }
        }
    }

    /** The failure without its message, which may quote the request. */
    private static String description(LlmException why) {
        return why.kind()
                + (why.status().isEmpty() ? "" : ", status " + why.status().getAsInt())
                + (why.code().isEmpty() ? "" : ", code " + printable(why.code()));
    }

    /** Removes control characters: model names come from callers, codes from servers. */
    private static String printable(String name) {
        String clean = name.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
        return clean.length() <= MAX_NAME_LENGTH ? clean : clean.substring(0, MAX_NAME_LENGTH) + "…";
    }

    private void log(Level level, CoolDown.Change change, String sentence) {
        System.getLogger("dev.postern.gateway")
                .log(
                        level,
                        () -> "The backend '" + name + "'"
                                + (change.model().isEmpty() ? "" : " (model " + printable(change.model()) + ")")
                                + sentence);
    }
}
