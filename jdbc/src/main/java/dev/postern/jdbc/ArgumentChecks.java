package dev.postern.jdbc;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.time.Duration;
import java.time.Instant;

/** Checks of arguments and settings. */
final class ArgumentChecks {
    private ArgumentChecks() {}

    static int atLeastZero(String field, int count) {
        if (count < 0) {
            throw new LlmException(Kind.INVALID_REQUEST, field + ": must be at least 0, but is " + count + ".");
        }
        return count;
    }

    static int positive(String option, int bound) {
        if (bound < 1) {
            throw new LlmException(Kind.CONFIGURATION, option + ": must be at least 1, but is " + bound + ".");
        }
        return bound;
    }

    static Duration notNegative(String option, Duration bound) {
        if (bound.isNegative()) {
            throw new LlmException(Kind.CONFIGURATION, option + ": must not be negative, but is " + bound + ".");
        }
        return bound;
    }

    /**
     * Returns milliseconds since the epoch, as stored in columns; instants out of range become the smallest or largest
     * number.
     */
    static long millis(Instant moment) {
        try {
            return moment.toEpochMilli();
        } catch (ArithmeticException e) {
            return moment.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
