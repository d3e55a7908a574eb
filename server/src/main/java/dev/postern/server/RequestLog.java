package dev.postern.server;

import dev.postern.LlmException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** One line for each request: never what a header or a body says, as there are keys in the one and people in the other. */
final class RequestLog {
    private static final Logger LOGGER = System.getLogger("dev.postern.server");
    private static final int LONGEST_PATH = 200;
    private static final int LONGEST_METHOD = 20;

    /** Why an answer ended that the server did not wait for. */
    static final String STOPPED = "cut off: the gateway shuts down";

    private RequestLog() {}

    /** The server does not wait any longer for so many answers. */
    static void cutting(int count) {
        LOGGER.log(
                Level.WARNING,
                () -> "The gateway shuts down and cuts off what is still being answered (" + count + ").");
    }

    /** A request is over. */
    static void answered(Exchange exchange, long nanos) {
        LOGGER.log(
                exchange.status() >= 500 ? Level.WARNING : Level.INFO,
                () -> method(exchange) + " " + path(exchange) + " " + (exchange.status() < 0 ? "-" : exchange.status())
                        + " " + nanos / 1_000_000 + " ms"
                        + backend(exchange)
                        + " request=" + exchange.ids().request()
                        + (exchange.failure().isEmpty() ? "" : " (" + exchange.failure() + ")"));
    }

    /** The backend that answered, and the one that was asked for where it is another one, or a group. */
    private static String backend(Exchange exchange) {
        String asked = exchange.backend();
        String answered = exchange.answeredBy().isEmpty() ? asked : exchange.answeredBy();
        return (answered.isEmpty() ? "" : " backend=" + answered)
                + (answered.equals(asked) || asked.isEmpty() ? "" : " asked=" + asked);
    }

    /**
     * Why a call failed, for those who run the gateway: addresses may stand there, as the client is not told them. What was
     * wrong with a request may not, nor what a server said, since both quote what was sent.
     */
    static String reason(LlmException failure) {
        if (failure.status().isPresent()) {
            return failure.kind() + ": '" + failure.backend() + "' answered "
                    + failure.status().getAsInt();
        }
        boolean quotes = failure.kind() == LlmException.Kind.INVALID_REQUEST
                || !failure.serverMessage().isEmpty();
        String message = String.valueOf(failure.getMessage()).replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]+", " ");
        return failure.kind() + (quotes ? "" : ": " + message);
    }

    /** What no handler may throw. Its message is left out, which may hold what was sent. */
    static String defect(Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        return thrown.getClass().getName() + (frames.length == 0 ? "" : " at " + frames[0]);
    }

    /** Some JDKs take anything for a method, line breaks included. */
    private static String method(Exchange exchange) {
        return shortened(exchange.method().replaceAll("[^!-~]", "?"), LONGEST_METHOD);
    }

    private static String path(Exchange exchange) {
        return shortened(exchange.path(), LONGEST_PATH); // encoded, so there are no line breaks in it
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }
}
