package dev.postern.server.metrics;

import java.util.HashSet;
import java.util.Set;

/**
 * Limits how many names become values of a label. Callers choose the names of models, so there may be any number of them, and each one would
 * be a time series for ever. A name is shown if there is room. Names that proved to be real (a model answered) have most of the room, so
 * invented ones cannot take it all. Thread-safe.
 */
final class BoundedNames {
    /** What stands for all further names. */
    static final String OTHER = "other";

    private static final int LONGEST = 100;

    private final int maxProven;
    private final int maxUnproven;
    private final Set<String> proven = new HashSet<>(); // guarded by this
    private final Set<String> unproven = new HashSet<>(); // guarded by this

    BoundedNames(int maxProven, int maxUnproven) {
        this.maxProven = maxProven;
        this.maxUnproven = maxUnproven;
    }

    /** The name itself, or {@link #OTHER}. Once a name is shown, it stays so. */
    synchronized String shown(String name) {
        if (name.isEmpty() || proven.contains(name) || unproven.contains(name)) {
            return name;
        }
        return name.length() <= LONGEST && unproven.size() < maxUnproven && unproven.add(name) ? name : OTHER;
    }

    /** The name is real: it is shown from now on, if there is room. */
    synchronized void prove(String name) {
        if (!name.isEmpty() && name.length() <= LONGEST && proven.size() < maxProven) {
            proven.add(name);
        }
    }
}
