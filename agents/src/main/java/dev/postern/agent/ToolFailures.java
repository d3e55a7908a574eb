package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * Reports failures of the application's code: logs the exception, and gives the model the text of a {@link
 * ToolFailureText}.
 *
 * @param text makes the text for the model
 */
record ToolFailures(ToolFailureText text) {
    private static final System.Logger LOG = System.getLogger("dev.postern.agent");
    private static final int LONGEST = 2000;

    /** Logs a failure and returns the result of its call. */
    ToolResult result(ToolCall call, String what, Throwable thrown) {
        return ToolResult.error(call.id(), "Error: " + report(call, what, thrown));
    }

    /**
     * Logs a failure.
     *
     * @param what the code that failed, for the log
     * @return the text for the model
     */
    String report(ToolCall call, String what, Throwable thrown) {
        Throwable cause = unwrapped(thrown);
        log(cause instanceof ToolException ? Level.INFO : Level.WARNING, call, what, cause);
        return ToolResultFactory.cut(modelText(call, cause), LONGEST);
    }

    /** Logs a failure after the call has ended, for example of an interrupted tool. */
    static void late(ToolCall call, String what, Throwable thrown) {
        log(Level.DEBUG, call, what, unwrapped(thrown));
    }

    static void log(Level level, ToolCall call, String what, Throwable cause) {
        LOG.log(level, () -> what + " failed (call " + call.id() + " of " + call.name() + ")", cause);
    }

    private String modelText(ToolCall call, Throwable cause) {
        try {
            String modelText = text.of(call, cause);
            if (modelText != null && !modelText.isBlank()) {
                return modelText;
            }
        } catch (RuntimeException | LinkageError | AssertionError e) {
            LOG.log(Level.WARNING, "a ToolFailureText failed; the model is told the class of the tool's failure", e);
        }
        return name(cause);
    }

    static String classOnly(Throwable thrown) {
        if (thrown instanceof ToolException told) {
            return String.valueOf(told.getMessage());
        }
        return thrown instanceof LlmException failure ? name(failure) + "[" + failure.kind() + "]" : name(thrown);
    }

    static String withMessage(Throwable thrown) {
        String message = thrown.getMessage();
        return name(thrown) + (message == null || message.isBlank() ? "" : ": " + message);
    }

    /** Returns the simple name of the class; for an anonymous class, that of its superclass. */
    private static String name(Throwable thrown) {
        Class<?> type = thrown.getClass();
        while (type.getSimpleName().isEmpty()) {
            type = type.getSuperclass();
        }
        return type.getSimpleName();
    }

    /** Returns the cause without the wrappers of futures. */
    static Throwable unwrapped(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
