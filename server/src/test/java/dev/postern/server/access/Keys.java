package dev.postern.server.access;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.UnaryOperator;

/** Keys and headers for tests. */
final class Keys {
    static final String SECRET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO_-";
    static final String OTHER_SECRET = "0123456789012345678901234567890123456789012";

    private Keys() {}

    /** The hash of {@link #SECRET}. */
    static String hash() {
        return SecretHash.of(SECRET).hex();
    }

    static String key(String id) {
        return KeyText.of(id, SECRET);
    }

    static UnaryOperator<String> bearer(String text) {
        return name -> name.equals("Authorization") ? "Bearer " + text : "";
    }

    /** A clock that a test moves. */
    static final class Clock implements InstantSource {
        volatile Instant now = Instant.parse("2026-11-01T12:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }
    }
}
