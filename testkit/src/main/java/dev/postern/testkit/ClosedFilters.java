package dev.postern.testkit;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.EventFilter;
import dev.postern.call.Interceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts the filters of an interceptor, and how often each was closed. Thread-safe. */
final class ClosedFilters {
    private final List<Counted> filters = Collections.synchronizedList(new ArrayList<>());

    Interceptor counting(Interceptor interceptor) {
        return new Interceptor() {
            @Override
            public Decision begin(Invocation call) {
                return counted(interceptor.begin(call));
            }

            @Override
            public boolean isNonBlocking() {
                return interceptor.isNonBlocking();
            }

            @Override
            public Duration waitLimit() {
                return interceptor.waitLimit();
            }

            @Override
            public String name() {
                return interceptor.name();
            }
        };
    }

    private Interceptor.Decision counted(Interceptor.Decision decision) {
        if (decision instanceof Interceptor.Decision.Proceed go) {
            Counted filter = new Counted(go.filter());
            filters.add(filter);
            return new Interceptor.Decision.Proceed(go.changed(), filter);
        } else if (decision instanceof Interceptor.Decision.Later later) {
            return Interceptor.Decision.later(later.decision().thenApply(this::counted));
        }
        return decision;
    }

    void clear() {
        filters.clear();
    }

    /** Waits until so many filters are closed, once each. */
    void awaitClosed(int count) {
        synchronized (this) {
            Waits.until(
                    this,
                    FakeCalls.PATIENCE,
                    () -> filters.size() == count && filters.stream().allMatch(each -> each.closed.size() == 1),
                    () -> count + " filters, each closed once; they were closed with " + filters);
        }
    }

    void assertAllClosed(int count, Outcome outcome) {
        awaitClosed(count);
        for (Counted each : List.copyOf(filters)) {
            if (each.closed.get(0) != outcome) {
                throw new AssertionError("expected that each filter was closed with " + outcome + ", but: " + filters);
            }
        }
    }

    private final class Counted implements EventFilter {
        private final EventFilter filter;
        private final List<Outcome> closed = Collections.synchronizedList(new ArrayList<>());

        Counted(EventFilter filter) {
            this.filter = filter;
        }

        @Override
        public void onOpen() {
            filter.onOpen();
        }

        @Override
        public void onEvent(StreamEvent event, Output out) {
            filter.onEvent(event, out);
        }

        @Override
        public void onEnd(@Nullable LlmException failure, Output out) {
            filter.onEnd(failure, out);
        }

        @Override
        public void onWake(Output out) {
            filter.onWake(out);
        }

        @Override
        public void onClose(Outcome outcome, @Nullable LlmException failure) {
            filter.onClose(outcome, failure);
            synchronized (ClosedFilters.this) {
                closed.add(outcome);
                ClosedFilters.this.notifyAll();
            }
        }

        @Override
        public String toString() {
            return closed.toString();
        }
    }
}
