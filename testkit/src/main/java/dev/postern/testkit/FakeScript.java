package dev.postern.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Answers in order, each of which can be changed until it is used. Thread-safe.
 *
 * @param <R> the requests
 * @param <A> the answers
 */
final class FakeScript<R, A> {
    // All fields are guarded by this.
    private final List<Entry<R, A>> entries = new ArrayList<>();
    private int taken;
    private int current;
    private boolean repeats;

    /** An answer, or the function that computes it. */
    private static final class Entry<R, A> {
        private @Nullable A fixed;
        private Function<? super R, ? extends A> computed;
        private int uses = 1;
        private int used;

        Entry(@Nullable A fixed, Function<? super R, ? extends A> computed) {
            this.fixed = fixed;
            this.computed = computed;
        }
    }

    synchronized void add(A answer) {
        entries.add(new Entry<>(answer, request -> answer));
    }

    synchronized void addComputed(Function<? super R, ? extends A> answer) {
        entries.add(new Entry<>(null, answer));
    }

    /** Changes the last answer: now if it is known, else when it is computed. */
    synchronized void change(UnaryOperator<A> change) {
        Entry<R, A> last = last();
        A fixed = last.fixed;
        if (fixed != null) {
            A changed = change.apply(fixed);
            last.fixed = changed;
            last.computed = request -> changed;
        } else {
            Function<? super R, ? extends A> before = last.computed;
            last.computed = request -> change.apply(before.apply(request));
        }
    }

    /** Has the last answer used so many times. */
    synchronized void times(int uses) {
        if (uses < 1) {
            throw new IllegalArgumentException("an answer is used at least once, not " + uses + " times");
        }
        last().uses = uses;
    }

    private Entry<R, A> last() {
        if (entries.isEmpty()) {
            throw new IllegalStateException("The script has no answer yet; add one before you change it.");
        }
        Entry<R, A> last = entries.get(entries.size() - 1);
        if (last.used > 0) {
            throw new IllegalStateException("The last answer was used already; change it before the first call.");
        }
        return last;
    }

    synchronized void repeatLast() {
        repeats = true;
    }

    /** Forgets all answers. */
    synchronized void clear() {
        entries.clear();
        taken = 0;
        current = 0;
        repeats = false;
    }

    /** What makes the next answer; null if the script is used up. */
    synchronized @Nullable Function<? super R, ? extends A> take() {
        while (current < entries.size() && entries.get(current).used == entries.get(current).uses) {
            current++;
        }
        boolean more = current < entries.size();
        if (!more && (!repeats || entries.isEmpty())) {
            return null;
        }
        Entry<R, A> entry = entries.get(more ? current : entries.size() - 1);
        if (more) {
            entry.used++;
        }
        taken++;
        return entry.computed;
    }

    /** The number of answers that were used. */
    synchronized int taken() {
        return taken;
    }

    /** The number of answers that wait to be used. */
    synchronized int left() {
        return entries.stream().mapToInt(entry -> entry.uses - entry.used).sum();
    }
}
