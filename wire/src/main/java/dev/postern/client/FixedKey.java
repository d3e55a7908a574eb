package dev.postern.client;

import java.util.function.Supplier;

/** A key that is known already, so that asking for it never waits. */
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
