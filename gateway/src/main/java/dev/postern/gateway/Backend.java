package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.ProviderHealth;
import dev.postern.flow.Timer;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * One backend of a gateway.
 *
 * @param name what requests call it
 * @param provider speaks to it
 * @param policy how it is treated
 * @param gate its limits
 * @param coolDown whether it is left alone
 */
record Backend(String name, LlmProvider provider, BackendPolicy policy, Gate gate, CoolDown coolDown) {
    private static final int LONGEST_NAME = 64;

    static Backend of(String name, LlmProvider provider, BackendPolicy policy, Timer timer) {
        return new Backend(name, provider, policy, new Gate(policy, timer), new CoolDown(policy, timer));
    }

    /** Its health; down while its key or account is refused. */
    ProviderHealth health() {
        LlmException refusal = coolDown.refusal();
        return refusal == null
                ? provider.health()
                : ProviderHealth.down("It refuses the gateway's key or account (" + refusal.kind() + ").");
    }

    /**
     * Tells changes of its state. A refused key or account also goes to the log: the backends that stand in may be dearer,
     * and nobody would see it otherwise.
     */
    void tell(List<CoolDown.Change> changes, Listeners listeners) {
        for (CoolDown.Change change : changes) {
            boolean ofKey = Effect.isOfKey(change.why().kind());
            if (change.available()) {
                log(ofKey ? Level.INFO : Level.DEBUG, change, " answers again.");
                listeners.tell(listener -> listener.onAvailable(name, change.model()));
            } else {
                log(
                        ofKey ? Level.WARNING : Level.DEBUG,
                        change,
                        ofKey
                                ? " refuses the gateway's key or account (" + shown(change.why())
                                        + "); other backends stand in, if there are any, until a call succeeds."
                                : " is left alone for a while (" + shown(change.why()) + ").");
                listeners.tell(listener -> listener.onUnavailable(name, change.model(), change.why()));
            }
        }
    }

    /** Without the message, which may quote the request. */
    private static String shown(LlmException why) {
        return why.kind()
                + (why.status().isEmpty() ? "" : ", status " + why.status().getAsInt())
                + (why.code().isEmpty() ? "" : ", code " + printable(why.code()));
    }

    /** Names of models come from callers, codes from servers. */
    private static String printable(String name) {
        String clean = name.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
        return clean.length() <= LONGEST_NAME ? clean : clean.substring(0, LONGEST_NAME) + "…";
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
