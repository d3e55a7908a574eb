package dev.postern.server.http;

import dev.postern.LlmException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Logs one line for each request. It has no headers and no bodies, which may contain keys and personal data. */
public final class RequestLog {
    private static final Logger LOGGER = System.getLogger("dev.postern.server");
    private static final int MAX_PATH = 200;
    private static final int MAX_METHOD = 20;

    /** The reason of an answer that was cut off because the server stops. */
    public static final String STOPPED = "cut off: the gateway shuts down";

    private RequestLog() {}

    /** Logs that the server cuts off this many answers. */
    static void cutting(int count) {
        LOGGER.log(
                Level.WARNING,
                () -> "The gateway shuts down and cuts off what is still being answered (" + count + ").");
    }

    /** Logs that so many lines are missing, because they were more than the log could write. */
    static void missing(long lines) {
        LOGGER.log(Level.WARNING, () -> "The log is too slow: the lines of " + lines + " requests are missing here.");
    }

    /** Logs a request that has ended, in its turn. */
    static void answered(ServerExchange exchange, long nanos, LogQueue queue) {
        Level level = exchange.status() >= 500 ? Level.WARNING : Level.INFO;
        if (LOGGER.isLoggable(level)) {
            String line = line(exchange, nanos);
            queue.add(() -> LOGGER.log(level, line));
        }
    }

    private static String line(ServerExchange exchange, long nanos) {
        return method(exchange) + " " + path(exchange) + " " + (exchange.status() < 0 ? "-" : exchange.status())
                + " " + nanos / 1_000_000 + " ms"
                + backend(exchange)
                + key(exchange)
                + " request=" + exchange.ids().request()
                + (exchange.failure().isEmpty() ? "" : " (" + exchange.failure() + ")");
    }

    /** The name of the key; a name has no line breaks. */
    private static String key(ServerExchange exchange) {
        String name = exchange.caller().name();
        return name.isEmpty() ? "" : " key=" + name.replace(' ', '_');
    }

    /** The backend that answered, and the requested backend or group if it is another one. */
    private static String backend(ServerExchange exchange) {
        String asked = exchange.backend();
        String answered = exchange.answeredBy().isEmpty() ? asked : exchange.answeredBy();
        return (answered.isEmpty() ? "" : " backend=" + answered)
                + (answered.equals(asked) || asked.isEmpty() ? "" : " asked=" + asked);
    }

    /**
     * The reason of a failed call, for the operator. It may contain addresses, which clients do not see. It does not
     * contain the errors of requests and the messages of servers, because both may quote the request.
     */
    public static String reason(LlmException failure) {
        if (failure.status().isPresent()) {
            return failure.kind() + ": '" + failure.backend() + "' answered "
                    + failure.status().getAsInt();
        }
        boolean quotes = failure.kind() == LlmException.Kind.INVALID_REQUEST
                || !failure.serverMessage().isEmpty();
        String message = String.valueOf(failure.getMessage()).replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]+", " ");
        return failure.kind() + (quotes ? "" : ": " + message);
    }

    /** The reason of an unexpected exception, without its message, which may quote the request. */
    static String defect(Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        return thrown.getClass().getName() + (frames.length == 0 ? "" : " at " + frames[0]);
    }

    /** The method without special characters. */
    public static String method(ServerExchange exchange) {
        return shortened(exchange.method().replaceAll("[^!-~]", "?"), MAX_METHOD);
    }

    private static String path(ServerExchange exchange) {
        return shortened(exchange.path().replaceAll("[^!-~]", "?"), MAX_PATH); // it may be invalid
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }
}
