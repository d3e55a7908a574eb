package dev.postern.server;

import dev.postern.LlmException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The HTTP status of a failure. Known clients send a request again, without asking anybody, when they see a 502, 503 or
 * 504. So none of these is given for a request that a backend may have begun to work on; that is a 500.
 */
final class Statuses {
    /** More backends than any gateway asks for one request. */
    private static final int MOST_BEFORE = 100;

    private Statuses() {}

    /** The status for a failure; {@code stopping} says whether it may be so because the server is shutting down. */
    static int of(LlmException failure, boolean stopping) {
        int status = alone(failure, stopping);
        return status == 503 && anotherMayHaveRun(failure) ? 500 : status;
    }

    /** Whether a backend that was asked before, and for which this one stood in, may have begun to work; or one before it. */
    private static boolean anotherMayHaveRun(LlmException failure) {
        Deque<Throwable> left = new ArrayDeque<>(List.of(failure.getSuppressed()));
        for (int seen = 0; !left.isEmpty(); seen++) {
            if (seen == MOST_BEFORE) {
                return true; // a 500 is safe, whatever the others say
            }
            if (left.remove() instanceof LlmException before) {
                if (alone(before, false) == 500) {
                    return true;
                }
                left.addAll(List.of(before.getSuppressed()));
            }
        }
        return false;
    }

    private static int alone(LlmException failure, boolean stopping) {
        int told = failure.status().orElse(0);
        if (told >= 400 && told < 500) {
            return told; // the backend's own word
        }
        if (told == 503 || told == 529) {
            return 503; // it had no time, so it has done nothing
        }
        if (told >= 500) {
            return 500;
        }
        return switch (failure.kind()) {
            case INVALID_REQUEST, UNSUPPORTED -> 422;
            case AUTHENTICATION, PERMISSION, CONTEXT_LENGTH, CONTENT_FILTER -> 400; // as no backend said 401
            case QUOTA -> 402;
            case NOT_FOUND -> 404;
            case RATE_LIMITED -> 429;
            case OVERLOADED -> 503;
            case CONNECTION, TIMEOUT -> neverConnected(failure) ? 503 : 500;
            case CANCELLED -> stopping ? 503 : 500;
            case SERVER, INCOMPLETE_STREAM, PROTOCOL, CONFIGURATION -> 500;
        };
    }

    /** The headers for a failure: how long to wait, where that is known. */
    static Map<String, String> headers(LlmException failure) {
        return failure.retryAfter()
                .map(Statuses::wholeSeconds)
                .map(seconds -> Map.of("Retry-After", seconds))
                .orElse(Map.of());
    }

    /** Rounded up: who comes too early is refused again. */
    private static String wholeSeconds(Duration wait) {
        long seconds = wait.plusNanos(999_999_999).toSeconds();
        return Long.toString(Math.max(0, seconds));
    }

    /** Whether nothing can have been sent, because there was no connection to send it on. */
    private static boolean neverConnected(LlmException failure) {
        return Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(20)
                .anyMatch(cause -> cause instanceof ConnectException
                        || cause instanceof NoRouteToHostException
                        || cause instanceof UnknownHostException
                        || cause instanceof UnresolvedAddressException
                        || cause instanceof HttpConnectTimeoutException);
    }
}
