package dev.postern.gateway;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The waits of one call, at the gate of one backend after another. Whoever ends a wait first decides what follows. */
final class GateWait {

    /** What follows a wait. */
    interface Entered {
        /** The gate has let the call in, at once or after it {@code waited}. */
        void entered(Visit visit, boolean waited);
    }

    private final Entered next;
    private final AtomicReference<@Nullable Place> waiting = new AtomicReference<>();

    GateWait(Entered next) {
        this.next = next;
    }

    /** Enters, waits, or is refused; in the last case nothing more will be told of this visit. */
    Gate.Entry enter(Visit visit) {
        Place place = new Place(visit);
        waiting.set(place);
        Gate.Entry entry = visit.backend().gate().enter(place);
        switch (entry) {
            case ENTERED -> place.enter(false);
            case REFUSED -> {
                return waiting.compareAndSet(place, null) ? entry : Gate.Entry.WAITING; // given up in the meantime
            }
            case WAITING -> {}
        }
        return entry;
    }

    /** Gives up; whether the call was waiting. */
    boolean giveUp() {
        Place place = waiting.getAndSet(null);
        if (place == null) {
            return false;
        }
        place.visit.backend().gate().withdraw(place);
        place.visit.abandoned();
        return true;
    }

    /** A place in the queue. */
    private final class Place implements Runnable {
        private final Visit visit;

        Place(Visit visit) {
            this.visit = visit;
        }

        @Override
        public void run() {
            enter(true);
        }

        private void enter(boolean waited) {
            if (visit.enter() && waiting.compareAndSet(this, null)) {
                next.entered(visit, waited);
            } else {
                visit.abandoned(); // given up in the meantime
            }
        }
    }
}
