package dev.postern.call;

import dev.postern.CompletionRequest;
import dev.postern.Usage;
import dev.postern.call.CallListener.Progress;
import dev.postern.call.Instrumentation.UsageEstimator;
import dev.postern.flow.ListenerGuard;
import java.util.Objects;

/** An estimator of the application. What it throws is logged, and the default estimate takes the place of its own. */
final class GuardedEstimator implements UsageEstimator {
    private final UsageEstimator estimator;
    private final ListenerGuard guard = new ListenerGuard("dev.postern.call", "estimator");

    GuardedEstimator(UsageEstimator estimator) {
        this.estimator = estimator;
    }

    @Override
    public Usage estimate(CompletionRequest request, Progress progress) {
        try {
            return Objects.requireNonNull(estimator.estimate(request, progress), "the estimate is null");
        } catch (RuntimeException | Error e) {
            guard.log(estimator, e);
            return CharacterEstimate.of(request, progress);
        }
    }
}
