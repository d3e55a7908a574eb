package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.flow.Timer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Leaves a backend alone that keeps failing: as a whole, or for one model that it does not have. Thread-safe. What it
 * returns as changes is told outside of its lock.
 */
final class CoolDown {
    /** Callers may name any model; the ones that failed longest ago are forgotten. */
    private static final int MOST_MODELS = 256;

    private final Timer timer;
    private final int afterFailures;
    private final long lengthNanos;

    private final Breaker whole = new Breaker();
    private final Map<String, Breaker> models = new LinkedHashMap<>(16, 0.75f, true);

    CoolDown(BackendPolicy policy, Timer timer) {
        this.timer = timer;
        this.afterFailures = policy.coolDownAfter();
        this.lengthNanos = Timer.nanos(policy.coolDown());
    }

    /** A call that was let in; it must be given back with one of the methods below. */
    static final class Pass {
        private final String model;
        private final boolean ofCaller;
        private final Caller caller;
        /** What waits to hear from this call. Guarded by the cool-down's lock. */
        private @Nullable Breaker probed;

        private @Nullable Breaker probedModel;
        private final int openings;
        private final int openingsOfModel;

        private Pass(String model, boolean ofCaller, Caller caller, int openings, int openingsOfModel) {
            this.model = model;
            this.ofCaller = ofCaller;
            this.caller = caller;
            this.openings = openings;
            this.openingsOfModel = openingsOfModel;
        }

        Caller caller() {
            return caller;
        }

        /** What a failure of this call means. */
        Effect effectOf(LlmException failure) {
            return Effect.of(failure, caller, ofCaller);
        }
    }

    /**
     * A change that has to be told.
     *
     * @param model the model that it is about; empty for the whole backend
     * @param available whether all is well again
     * @param why the failure that began it
     */
    record Change(String model, boolean available, LlmException why) {}

    /**
     * Lets a call in, or not.
     *
     * @param model the model that the backend is asked for
     * @param ofCaller whether that is the caller's choice, not the operator's
     * @return null if the backend is left alone
     */
    synchronized @Nullable Pass admit(String model, boolean ofCaller, Caller caller) {
        long now = timer.nanoTime();
        Breaker own = caller.ownKey() ? null : models.get(model);
        boolean concerns = concerns(caller);
        if ((concerns && whole.refuses(now)) || (own != null && own.refuses(now))) {
            return null;
        }
        Pass pass = regardless(model, ofCaller, caller);
        if (concerns && whole.pass()) {
            pass.probed = whole;
        }
        if (own != null && own.pass()) {
            pass.probedModel = own;
        }
        return pass;
    }

    /** Lets a call in although the backend is left alone. */
    synchronized Pass regardless(String model, boolean ofCaller, Caller caller) {
        Breaker own = models.get(model);
        return new Pass(model, ofCaller, caller, whole.openings(), own == null ? 0 : own.openings());
    }

    /** Whether the state of the whole backend means anything to this caller: a key of his own is not the one refused. */
    private boolean concerns(Caller caller) {
        LlmException reason = whole.reason();
        return !caller.ownKey() || reason == null || !Effect.dependsOnKey(reason.kind());
    }

    /** Why the backend is left alone, as a whole or for this model; null if it is not. */
    synchronized @Nullable LlmException reason(String model) {
        LlmException reason = whole.reason();
        Breaker own = reason == null ? models.get(model) : null;
        return own == null ? reason : own.reason();
    }

    /** The failure of the backend's own key or account because of which it is left alone; null if there is none. */
    synchronized @Nullable LlmException refusal() {
        return whole.refusal(timer.nanoTime());
    }

    /** Why a call that was let in before would not be let in now; null if it would, or is the one to find out. */
    synchronized @Nullable LlmException refusal(Pass pass) {
        long now = timer.nanoTime();
        boolean isProbe = pass.probed != null || pass.probedModel != null;
        Breaker own = isProbe || pass.caller.ownKey() ? null : models.get(pass.model);
        if (!isProbe && concerns(pass.caller) && whole.refuses(now)) {
            return whole.reason();
        }
        return own != null && own.refuses(now) ? own.reason() : null;
    }

    /** The backend begins to answer. A probe need not come to its end for that: the others may follow. */
    synchronized List<Change> begins(Pass pass) {
        return pass.probed == null && pass.probedModel == null ? List.of() : closed(pass, false);
    }

    /** The backend answered. */
    synchronized List<Change> succeeded(Pass pass) {
        return closed(pass, true);
    }

    private List<Change> closed(Pass pass, boolean succeeded) {
        List<Change> changes = new ArrayList<>(0);
        boolean isNew = pass.openings == whole.openings(); // else it began before the backend failed
        if (isNew && concerns(pass.caller) && (succeeded || pass.probed != null)) {
            closed(whole, "", succeeded, changes);
        }
        Breaker own = pass.caller.ownKey() ? null : models.get(pass.model);
        if (own != null && pass.openingsOfModel == own.openings() && (succeeded || pass.probedModel != null)) {
            closed(own, pass.model, succeeded, changes);
            if (succeeded) {
                models.remove(pass.model);
            }
        }
        release(pass);
        return changes;
    }

    private static void closed(Breaker breaker, String model, boolean succeeded, List<Change> changes) {
        LlmException before = breaker.close(succeeded);
        if (before != null) {
            changes.add(new Change(model, true, before));
        }
    }

    /** The backend failed in this way. */
    synchronized List<Change> failed(Pass pass, LlmException failure, Effect effect) {
        boolean probe = pass.probed != null;
        boolean modelProbe = pass.probedModel != null;
        release(pass);
        return switch (effect) {
            case NONE -> List.of();
            case ANSWERED -> answered(pass);
            case COUNTS, OPENS -> opened(whole.failed(failure, effect == Effect.OPENS, probe, terms()), "");
            case COUNTS_FOR_MODEL, OPENS_FOR_MODEL -> {
                Breaker own = models.computeIfAbsent(pass.model, name -> new Breaker());
                List<Change> changes = new ArrayList<>(1);
                forgetEldest(changes);
                changes.addAll(
                        opened(own.failed(failure, effect == Effect.OPENS_FOR_MODEL, modelProbe, terms()), pass.model));
                yield changes;
            }
        };
    }

    /** A refusal of the request shows that the backend is there; but it may come before the key is looked at. */
    private List<Change> answered(Pass pass) {
        LlmException reason = whole.reason();
        return reason != null && Effect.isOfKey(reason.kind()) ? List.of() : closed(pass, true);
    }

    /** Keeps the models bounded. One that was told as unavailable is told as available, since nothing holds it back now. */
    private void forgetEldest(List<Change> changes) {
        if (models.size() > MOST_MODELS) {
            Iterator<Map.Entry<String, Breaker>> all = models.entrySet().iterator();
            Map.Entry<String, Breaker> eldest = all.next();
            all.remove();
            closed(eldest.getValue(), eldest.getKey(), false, changes);
        }
    }

    private static List<Change> opened(@Nullable LlmException news, String model) {
        return news == null ? List.of() : List.of(new Change(model, false, news));
    }

    /** The call ended without telling anything about the backend. */
    synchronized void abandoned(Pass pass) {
        release(pass);
    }

    private static void release(Pass pass) {
        if (pass.probed != null) {
            Objects.requireNonNull(pass.probed).giveBack();
            pass.probed = null;
        }
        if (pass.probedModel != null) {
            Objects.requireNonNull(pass.probedModel).giveBack();
            pass.probedModel = null;
        }
    }

    private Breaker.Terms terms() {
        return new Breaker.Terms(afterFailures, lengthNanos, timer.nanoTime());
    }
}
