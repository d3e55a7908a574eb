package dev.postern.schema;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * Which properties or elements of one value a keyword has a schema for: {@code unevaluatedProperties} and {@code
 * unevaluatedItems} are about all others. It exists only where a schema has one of these two.
 */
final class Evaluated {
    private final Object value;
    private final Part surely = new Part();
    /** By schemas that may fit or not, since they were not checked whole. */
    private final Part perhaps = new Part();

    Evaluated(Object value) {
        this.value = value;
    }

    private static final class Part {
        private final Set<String> names = new HashSet<>();
        private final BitSet elements = new BitSet();
        private int first;
        private boolean all;

        int size() {
            return names.size() + elements.cardinality();
        }

        void add(Part other) {
            names.addAll(other.names);
            elements.or(other.elements);
            first = Math.max(first, other.first);
            all |= other.all;
        }
    }

    /** Whether it is about this very object or list. */
    boolean isAbout(Object other) {
        return value == other;
    }

    void name(String name, boolean sure) {
        (sure ? surely : perhaps).names.add(name);
    }

    void element(int index, boolean sure) {
        (sure ? surely : perhaps).elements.set(index);
    }

    /** The first elements, so many of them. */
    void first(int count) {
        surely.first = Math.max(surely.first, count);
    }

    /** All properties, and all elements. */
    void all() {
        surely.all = true;
    }

    /** Any of them may be. */
    void unknown() {
        perhaps.all = true;
    }

    /** What a schema for the same value says, if the value fits that schema. */
    void add(Evaluated inner, Fit fit, Check check) {
        if (fit != Fit.NO && check.spend(inner.surely.size() + inner.perhaps.size())) {
            (fit == Fit.YES ? surely : perhaps).add(inner.surely);
            perhaps.add(inner.perhaps);
        }
    }

    Fit has(String name) {
        if (surely.all || surely.names.contains(name)) {
            return Fit.YES;
        }
        return perhaps.all || perhaps.names.contains(name) ? Fit.UNKNOWN : Fit.NO;
    }

    Fit has(int index) {
        if (surely.all || index < surely.first || surely.elements.get(index)) {
            return Fit.YES;
        }
        return perhaps.all || index < perhaps.first || perhaps.elements.get(index) ? Fit.UNKNOWN : Fit.NO;
    }
}
