package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.flow.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a backend gets a call, by its circuit breakers: one for the whole backend, and one for each model that
 * it refused. It takes the outcomes of the calls and returns changes of availability, which the caller reports without the
 * lock. Thread-safe.
 */
final class CoolDown {
    private final Timer timer;
    private final int afterFailures;
    private final long lengthNanos;

    private final CircuitBreaker breaker = new CircuitBreaker();
    private final ModelBreakers modelBreakers = new ModelBreakers();

    CoolDown(BackendPolicy policy, Timer timer) {
        this.timer = timer;
        this.afterFailures = policy.coolDownAfter();
        this.lengthNanos = Timer.nanos(policy.coolDown());
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
    synchronized @Nullable CoolDownPermit admit(String model, boolean modelOfCaller, CallerOverrides overrides) {
        long now = timer.nanoTime();
        CircuitBreaker modelBreaker = overrides.ownKey() ? null : modelBreakers.get(model);
        boolean backendApplies = appliesTo(overrides);
        if ((backendApplies && breaker.rejects(now)) || (modelBreaker != null && modelBreaker.rejects(now))) {
            return null;
        }
        CoolDownPermit permit = admitAlways(model, modelOfCaller, overrides);
        if (backendApplies && breaker.admit()) {
            permit.triedBreaker = breaker;
        }
        if (modelBreaker != null && modelBreaker.admit()) {
            permit.triedModelBreaker = modelBreaker;
        }
        return permit;
    }

    /** Admits a call although the backend cools down. */
    synchronized CoolDownPermit admitAlways(String model, boolean modelOfCaller, CallerOverrides overrides) {
        CircuitBreaker modelBreaker = modelBreakers.get(model);
        return new CoolDownPermit(
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
        return !overrides.ownKey() || reason == null || !FallbackRules.dependsOnKey(reason.kind());
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
    synchronized @Nullable LlmException rejection(CoolDownPermit permit) {
        long now = timer.nanoTime();
        boolean isTrial = permit.isTrial();
        CircuitBreaker modelBreaker =
                isTrial || permit.callerOverrides().ownKey() ? null : modelBreakers.get(permit.model);
        if (!isTrial && appliesTo(permit.callerOverrides()) && breaker.rejects(now)) {
            return breaker.reason();
        }
        return modelBreaker != null && modelBreaker.rejects(now) ? modelBreaker.reason() : null;
    }

    /**
     * The first item of an answer has arrived. If the call is the trial call, this closes the breaker: other calls need
     * not wait.
     */
    synchronized List<Change> answerStarted(CoolDownPermit permit) {
        return permit.isTrial() ? closed(permit, false) : List.of();
    }

    /** The answer is complete. */
    synchronized List<Change> succeeded(CoolDownPermit permit) {
        return closed(permit, true);
    }

    private List<Change> closed(CoolDownPermit permit, boolean succeeded) {
        List<Change> changes = new ArrayList<>(0);
        boolean isCurrent = permit.openings == breaker.openings(); // else the call began before the backend failed
        if (isCurrent && appliesTo(permit.callerOverrides()) && (succeeded || permit.triedBreaker != null)) {
            closed(breaker, "", succeeded, changes);
        }
        CircuitBreaker modelBreaker = permit.callerOverrides().ownKey() ? null : modelBreakers.get(permit.model);
        if (modelBreaker != null
                && permit.openingsOfModel == modelBreaker.openings()
                && (succeeded || permit.triedModelBreaker != null)) {
            closed(modelBreaker, permit.model, succeeded, changes);
            if (succeeded) {
                modelBreakers.remove(permit.model);
            }
        }
        permit.releaseTrials();
        return changes;
    }

    private static void closed(CircuitBreaker breaker, String model, boolean succeeded, List<Change> changes) {
        LlmException before = breaker.close(succeeded);
        if (before != null) {
            changes.add(new Change(model, true, before));
        }
    }

    /** The call failed with this effect. */
    synchronized List<Change> failed(CoolDownPermit permit, LlmException failure, FailureEffect effect) {
        boolean trial = permit.triedBreaker != null;
        boolean modelTrial = permit.triedModelBreaker != null;
        permit.releaseTrials();
        return switch (effect) {
            case NONE -> List.of();
            case ANSWERED -> answered(permit);
            case COUNTS, OPENS ->
                opened(breaker.failed(failure, effect == FailureEffect.OPENS, trial, thresholds()), "");
            case COUNTS_FOR_MODEL, OPENS_FOR_MODEL -> {
                CircuitBreaker modelBreaker = modelBreakers.getOrCreate(permit.model);
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
    private List<Change> answered(CoolDownPermit permit) {
        LlmException reason = breaker.reason();
        return reason != null && FallbackRules.isOfKey(reason.kind()) ? List.of() : closed(permit, true);
    }

    /** Bounds the number of models. An evicted model that was reported as unavailable is reported as available. */
    private void evictEldest(List<Change> changes) {
        Map.Entry<String, CircuitBreaker> eldest = modelBreakers.dropEldest();
        if (eldest != null) {
            closed(eldest.getValue(), eldest.getKey(), false, changes);
        }
    }

    private static List<Change> opened(@Nullable LlmException failure, String model) {
        return failure == null ? List.of() : List.of(new Change(model, false, failure));
    }

    /** The call ended with a result that says nothing about the backend. */
    synchronized void abandoned(CoolDownPermit permit) {
        permit.releaseTrials();
    }

    private CircuitBreaker.Thresholds thresholds() {
        return new CircuitBreaker.Thresholds(afterFailures, lengthNanos, timer.nanoTime());
    }
}
