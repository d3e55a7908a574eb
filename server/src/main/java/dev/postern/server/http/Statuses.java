package dev.postern.server.http;

import dev.postern.LlmException;
import dev.postern.server.access.AccessException;
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
 * The HTTP status of a failure. Known clients retry a request automatically after 502, 503 or 504. So if a backend may
 * have processed the request, the status is 500.
 */
public final class Statuses {
    /** A limit for earlier failures, above the number of backends for one request. */
    private static final int MAX_EARLIER = 100;

    private Statuses() {}

    /**
     * The status for a failure.
     *
     * @param stopping whether the server is shutting down, which may be the cause
     */
    public static int of(LlmException failure, boolean stopping) {
        int status = alone(failure, stopping);
        return status == 503 && anotherMayHaveRun(failure) ? 500 : status;
    }

    /** Whether a backend that failed before this one may have processed the request. */
    private static boolean anotherMayHaveRun(LlmException failure) {
        Deque<Throwable> left = new ArrayDeque<>(List.of(failure.getSuppressed()));
        for (int seen = 0; !left.isEmpty(); seen++) {
            if (seen == MAX_EARLIER) {
                return true; // status 500 is always safe
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
        int status = failure.status().orElse(0);
        if (status >= 400 && status < 500) {
            return status; // the status of the backend
        }
        if (status == 503 || status == 529) {
            return 503; // an overloaded backend has not processed the request
        }
        if (status >= 500) {
            return 500;
        }
        if (failure.code().equals(AccessException.NOT_ALLOWED)) {
            return 403;
        }
        return switch (failure.kind()) {
            case INVALID_REQUEST, UNSUPPORTED -> 422;
            case AUTHENTICATION, PERMISSION, CONTEXT_LENGTH, CONTENT_FILTER ->
                400; // not 401, because no backend sent it
            case QUOTA -> 402;
            case NOT_FOUND -> 404;
            case RATE_LIMITED -> 429;
            case OVERLOADED -> 503;
            case CONNECTION, TIMEOUT -> neverConnected(failure) ? 503 : 500;
            case CANCELLED -> stopping ? 503 : 500;
            case SERVER, INCOMPLETE_STREAM, PROTOCOL, CONFIGURATION -> 500;
        };
    }

    /** The headers for a failure: the retry delay, if it is known. */
    public static Map<String, String> headers(LlmException failure) {
        return failure.retryAfter()
                .map(Statuses::wholeSeconds)
                .map(seconds -> Map.of("Retry-After", seconds))
                .orElse(Map.of());
    }

    /** The delay in seconds, rounded up, because an earlier retry would fail. */
    private static String wholeSeconds(Duration wait) {
        long seconds = wait.plusNanos(999_999_999).toSeconds();
        return Long.toString(Math.max(0, seconds));
    }

    /** Whether no connection was established, so that no request was sent. */
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
