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
 * The circuit breakers of a backend: one for the whole backend, and one for each model that it refused. Thread-safe. The
 * caller reports the returned changes, without holding the lock.
 */
final class CoolDown {
    /** Callers may send any model name, so the map is bounded; the least recently used entry is evicted. */
    private static final int MAX_MODELS = 256;

    private final Timer timer;
    private final int afterFailures;
    private final long lengthNanos;

    private final CircuitBreaker breaker = new CircuitBreaker();
    private final Map<String, CircuitBreaker> modelBreakers = new LinkedHashMap<>(16, 0.75f, true);

    CoolDown(BackendPolicy policy, Timer timer) {
        this.timer = timer;
        this.afterFailures = policy.coolDownAfter();
        this.lengthNanos = Timer.nanos(policy.coolDown());
    }

    /** An admitted call. Its outcome must be reported with one of the methods below. */
    static final class Permit {
        private final String model;
        private final boolean modelOfCaller;
        private final CallerOverrides callerOverrides;
        /** The breaker for which this call is the trial call. Guarded by the cool-down's lock. */
        private @Nullable CircuitBreaker triedBreaker;

        private @Nullable CircuitBreaker triedModelBreaker;
        private final int openings;
        private final int openingsOfModel;

        private Permit(
                String model, boolean modelOfCaller, CallerOverrides overrides, int openings, int openingsOfModel) {
            this.model = model;
            this.modelOfCaller = modelOfCaller;
            this.callerOverrides = overrides;
            this.openings = openings;
            this.openingsOfModel = openingsOfModel;
        }

        CallerOverrides callerOverrides() {
            return callerOverrides;
        }

        /** The effect of a failure of this call. */
        FailureEffect effectOf(LlmException failure) {
            return FailureEffect.of(failure, callerOverrides, modelOfCaller);
        }
    }

    /**
     * A change of state that must be reported.
     *
     * @param model the affected model; empty for the whole backend
     * @param available whether it is available again
     * @param why the failure that made it unavailable
     */
    record Change(String model, boolean available, LlmException why) {}

    /**
     * Admits a call, unless the backend cools down.
     *
     * @param model the model in the request to the backend
     * @param modelOfCaller whether the caller, not the operator, chose the model
     * @return null if the backend cools down
     */
    synchronized @Nullable Permit admit(String model, boolean modelOfCaller, CallerOverrides overrides) {
        long now = timer.nanoTime();
        CircuitBreaker modelBreaker = overrides.ownKey() ? null : modelBreakers.get(model);
        boolean backendApplies = appliesTo(overrides);
        if ((backendApplies && breaker.rejects(now)) || (modelBreaker != null && modelBreaker.rejects(now))) {
            return null;
        }
        Permit permit = admitAlways(model, modelOfCaller, overrides);
        if (backendApplies && breaker.admit()) {
            permit.triedBreaker = breaker;
        }
        if (modelBreaker != null && modelBreaker.admit()) {
            permit.triedModelBreaker = modelBreaker;
        }
        return permit;
    }

    /** Admits a call although the backend cools down. */
    synchronized Permit admitAlways(String model, boolean modelOfCaller, CallerOverrides overrides) {
        CircuitBreaker modelBreaker = modelBreakers.get(model);
        return new Permit(
                model,
                modelOfCaller,
                overrides,
                breaker.openings(),
                modelBreaker == null ? 0 : modelBreaker.openings());
    }

    /**
     * Whether the breaker of the backend applies to this call: a refusal of the backend's key does not apply to
     * another key.
     */
    private boolean appliesTo(CallerOverrides overrides) {
        LlmException reason = breaker.reason();
        return !overrides.ownKey() || reason == null || !FailureEffect.dependsOnKey(reason.kind());
    }

    /** The failure because of which the backend, or this model, cools down; null if it does not. */
    synchronized @Nullable LlmException reason(String model) {
        LlmException reason = breaker.reason();
        CircuitBreaker modelBreaker = reason == null ? modelBreakers.get(model) : null;
        return modelBreaker == null ? reason : modelBreaker.reason();
    }

    /** The failure of the backend's key or account because of which it cools down; null if there is none. */
    synchronized @Nullable LlmException keyFailure() {
        return breaker.keyFailure(timer.nanoTime());
    }

    /**
     * The failure because of which this admitted call would be rejected now; null if it would not, or if it is the
     * trial call.
     */
    synchronized @Nullable LlmException rejection(Permit permit) {
        long now = timer.nanoTime();
        boolean isTrial = permit.triedBreaker != null || permit.triedModelBreaker != null;
        CircuitBreaker modelBreaker =
                isTrial || permit.callerOverrides.ownKey() ? null : modelBreakers.get(permit.model);
        if (!isTrial && appliesTo(permit.callerOverrides) && breaker.rejects(now)) {
            return breaker.reason();
        }
        return modelBreaker != null && modelBreaker.rejects(now) ? modelBreaker.reason() : null;
    }

    /**
     * The first item of an answer has arrived. If the call is the trial call, this closes the breaker: other calls need
     * not wait.
     */
    synchronized List<Change> answerStarted(Permit permit) {
        return permit.triedBreaker == null && permit.triedModelBreaker == null ? List.of() : closed(permit, false);
    }

    /** The answer is complete. */
    synchronized List<Change> succeeded(Permit permit) {
        return closed(permit, true);
    }

    private List<Change> closed(Permit permit, boolean succeeded) {
        List<Change> changes = new ArrayList<>(0);
        boolean isCurrent = permit.openings == breaker.openings(); // else the call began before the backend failed
        if (isCurrent && appliesTo(permit.callerOverrides) && (succeeded || permit.triedBreaker != null)) {
            closed(breaker, "", succeeded, changes);
        }
        CircuitBreaker modelBreaker = permit.callerOverrides.ownKey() ? null : modelBreakers.get(permit.model);
        if (modelBreaker != null
                && permit.openingsOfModel == modelBreaker.openings()
                && (succeeded || permit.triedModelBreaker != null)) {
            closed(modelBreaker, permit.model, succeeded, changes);
            if (succeeded) {
                modelBreakers.remove(permit.model);
            }
        }
        release(permit);
        return changes;
    }

    private static void closed(CircuitBreaker breaker, String model, boolean succeeded, List<Change> changes) {
        LlmException before = breaker.close(succeeded);
        if (before != null) {
            changes.add(new Change(model, true, before));
        }
    }

    /** The call failed with this effect. */
    synchronized List<Change> failed(Permit permit, LlmException failure, FailureEffect effect) {
        boolean trial = permit.triedBreaker != null;
        boolean modelTrial = permit.triedModelBreaker != null;
        release(permit);
        return switch (effect) {
            case NONE -> List.of();
            case ANSWERED -> answered(permit);
            case COUNTS, OPENS ->
                opened(breaker.failed(failure, effect == FailureEffect.OPENS, trial, thresholds()), "");
            case COUNTS_FOR_MODEL, OPENS_FOR_MODEL -> {
                CircuitBreaker modelBreaker = modelBreakers.computeIfAbsent(permit.model, name -> new CircuitBreaker());
                List<Change> changes = new ArrayList<>(1);
                evictEldest(changes);
                changes.addAll(opened(
                        modelBreaker.failed(failure, effect == FailureEffect.OPENS_FOR_MODEL, modelTrial, thresholds()),
                        permit.model));
                yield changes;
            }
        };
    }

    /**
     * A refusal of the request shows that the backend works. It does not show that the key is valid, which may be
     * checked later.
     */
    private List<Change> answered(Permit permit) {
        LlmException reason = breaker.reason();
        return reason != null && FailureEffect.isOfKey(reason.kind()) ? List.of() : closed(permit, true);
    }

    /** Bounds the number of models. An evicted model that was reported as unavailable is reported as available. */
    private void evictEldest(List<Change> changes) {
        if (modelBreakers.size() > MAX_MODELS) {
            Iterator<Map.Entry<String, CircuitBreaker>> all =
                    modelBreakers.entrySet().iterator();
            Map.Entry<String, CircuitBreaker> eldest = all.next();
            all.remove();
            closed(eldest.getValue(), eldest.getKey(), false, changes);
        }
    }

    private static List<Change> opened(@Nullable LlmException failure, String model) {
        return failure == null ? List.of() : List.of(new Change(model, false, failure));
    }

    /** The call ended with a result that says nothing about the backend. */
    synchronized void abandoned(Permit permit) {
        release(permit);
    }

    private static void release(Permit permit) {
        if (permit.triedBreaker != null) {
            Objects.requireNonNull(permit.triedBreaker).releaseTrial();
            permit.triedBreaker = null;
        }
        if (permit.triedModelBreaker != null) {
            Objects.requireNonNull(permit.triedModelBreaker).releaseTrial();
            permit.triedModelBreaker = null;
        }
    }

    private CircuitBreaker.Thresholds thresholds() {
        return new CircuitBreaker.Thresholds(afterFailures, lengthNanos, timer.nanoTime());
    }
}
