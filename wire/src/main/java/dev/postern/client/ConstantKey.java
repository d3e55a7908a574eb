package dev.postern.client;

import java.util.function.Supplier;

/** A constant key; getting it never blocks. */
record ConstantKey(String key) implements Supplier<String> {
    @Override
    public String get() {
        return key;
    }

    /** Does not show the key. */
    @Override
    public String toString() {
        return "ConstantKey";
    }
}
