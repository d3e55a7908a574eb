package dev.postern.call;

import dev.postern.CompletionResponse;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.EventWatch;
import dev.postern.call.CallListener.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call or an attempt whose answer passes an {@link Observer}. */
interface Observed {
    /** Sees nothing. */
    Observed NOTHING = new Observed() {
        @Override
        public void item(Object item) {}

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {}
    };

    /** An item is delivered: an event or a whole answer. */
    void item(Object item);

    /** The answer has ended, before the subscriber is told. Later ends are ignored. */
    void ended(Outcome outcome, @Nullable Throwable failure);

    /** A listener that wants to see each event. */
    record EachEvent(Registered by, EventWatch watch) {}

    /** These, and the watch if it wants to see each event. */
    static List<EachEvent> plus(List<EachEvent> watches, Registered by, Object watch) {
        if (!(watch instanceof EventWatch events)) {
            return watches;
        }
        List<EachEvent> more = new ArrayList<>(watches);
        more.add(new EachEvent(by, events));
        return more;
    }

    /** Tells those who want to see each event. What they throw affects neither the call nor other listeners. */
    static void each(List<EachEvent> watches, Object item) {
        if (watches.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        List<StreamEvent> events =
                item instanceof StreamEvent event ? List.of(event) : ((CompletionResponse) item).events();
        for (EachEvent each : watches) {
            try {
                events.forEach(event -> each.watch.onEvent(event, now));
            } catch (Throwable thrown) { // an Error too
                each.by.log(thrown);
            }
        }
    }
}
