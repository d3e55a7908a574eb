package dev.postern.schema;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * The evaluated properties or elements of one value: those that a keyword has a schema for. {@code unevaluatedProperties} and
 * {@code unevaluatedItems} apply to all others. It is created only if a schema has one of these two keywords.
 */
final class Evaluated {
    private final Object value;
    private final Part certain = new Part();
    /** Evaluated by schemas whose validity is unknown. */
    private final Part possible = new Part();

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

    /** Whether it describes this object or list; compares by identity. */
    boolean isAbout(Object other) {
        return value == other;
    }

    void name(String name, boolean sure) {
        (sure ? certain : possible).names.add(name);
    }

    void element(int index, boolean sure) {
        (sure ? certain : possible).elements.set(index);
    }

    /** Marks this number of first elements. */
    void first(int count) {
        certain.first = Math.max(certain.first, count);
    }

    /** Marks all properties and all elements. */
    void all() {
        certain.all = true;
    }

    /** Records that any property or element may be evaluated. */
    void unknown() {
        possible.all = true;
    }

    /** Adds the result of a schema for the same value, unless the value does not match it. */
    void add(Evaluated inner, Validity validity, CheckContext check) {
        if (validity != Validity.INVALID && check.spend(inner.certain.size() + inner.possible.size())) {
            (validity == Validity.VALID ? certain : possible).add(inner.certain);
            possible.add(inner.possible);
        }
    }

    Validity has(String name) {
        if (certain.all || certain.names.contains(name)) {
            return Validity.VALID;
        }
        return possible.all || possible.names.contains(name) ? Validity.UNKNOWN : Validity.INVALID;
    }

    Validity has(int index) {
        if (certain.all || index < certain.first || certain.elements.get(index)) {
            return Validity.VALID;
        }
        return possible.all || index < possible.first || possible.elements.get(index)
                ? Validity.UNKNOWN
                : Validity.INVALID;
    }
}
