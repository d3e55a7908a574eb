package dev.postern.agent;

import dev.postern.CallContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * A turn or a tool call, and the listeners that watch it. {@link RunNews} decides whether its end is told.
 *
 * @param <W> what the listeners have returned
 */
final class OpenPart<W> {
    private record Told<W>(Watching by, W watch) {}

    private final BiConsumer<W, Duration> cancelled;
    private final long begun = System.nanoTime();
    private final List<Told<W>> told = new ArrayList<>(1); // used inside of the news only
    private CallContext context;

    /**
     * Begins now.
     *
     * @param context the context without what listeners add
     * @param cancelled tells a watch that the run has ended first
     */
    OpenPart(CallContext context, BiConsumer<W, Duration> cancelled) {
        this.context = context;
        this.cancelled = cancelled;
    }

    /** The context of everything in this part. */
    CallContext context() {
        return context;
    }

    void carries(CallContext added) {
        context = added;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    // ---- inside of the news

    void watchedBy(Watching by, W watch, W none) {
        if (Objects.requireNonNull(watch, "the watch is null") != none) {
            told.add(new Told<>(by, watch));
        }
    }

    void tellEnd(BiConsumer<W, Duration> end, Duration elapsed) {
        told.forEach(each -> each.by.tell(() -> end.accept(each.watch, elapsed)));
    }

    void tellCancelled() {
        tellEnd(cancelled, elapsed());
    }
}
