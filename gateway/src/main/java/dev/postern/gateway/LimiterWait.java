package dev.postern.gateway;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The wait of one call for the limiter of a backend, one backend after another. Admission and cancellation exclude
 * each other.
 */
final class LimiterWait {

    /** Receives the admission. */
    interface Listener {
        /** The limiter has admitted the call; {@code waited} is false if it did so at once. */
        void admitted(BackendLease lease, boolean waited);
    }

    private final Listener listener;
    private final AtomicReference<@Nullable QueuedCall> waiting = new AtomicReference<>();

    LimiterWait(Listener listener) {
        this.listener = listener;
    }

    /** Requests admission. After a rejection, the listener is not called for this lease. */
    CallLimiter.Admission acquire(BackendLease lease) {
        QueuedCall queued = new QueuedCall(lease);
        waiting.set(queued);
        CallLimiter.Admission admission = lease.backend().limiter().acquire(queued);
        switch (admission) {
            case ADMITTED -> queued.admit(false);
            case REJECTED -> {
                return waiting.compareAndSet(queued, null)
                        ? admission
                        : CallLimiter.Admission.QUEUED; // cancelled in the meantime
            }
            case QUEUED -> {
                if (waiting.get() != queued) { // cancelled before it was queued; no effect if it was admitted
                    lease.backend().limiter().cancel(queued);
                }
            }
        }
        return admission;
    }

    /** Cancels the wait; true if the call was queued. */
    boolean cancel() {
        QueuedCall queued = waiting.getAndSet(null);
        if (queued == null) {
            return false;
        }
        queued.lease.backend().limiter().cancel(queued);
        queued.lease.abandoned();
        return true;
    }

    /** An entry of the queue. */
    private final class QueuedCall implements Runnable {
        private final BackendLease lease;

        QueuedCall(BackendLease lease) {
            this.lease = lease;
        }

        @Override
        public void run() {
            admit(true);
        }

        private void admit(boolean waited) {
            if (lease.start() && waiting.compareAndSet(this, null)) {
                listener.admitted(lease, waited);
            } else {
                lease.abandoned(); // cancelled in the meantime
            }
        }
    }
}
