package dev.postern.openai;

import java.util.function.Supplier;

/** A supplier of a constant key, which never blocks. */
record FixedKey(String key) implements Supplier<String> {
    @Override
    public String get() {
        return key;
    }

    /** Does not show the key. */
    @Override
    public String toString() {
        return "FixedKey";
    }
}
