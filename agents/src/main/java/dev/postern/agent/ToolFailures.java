package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * What becomes of a failure in the application's code: the log gets all of it, and the model what {@link ToolFailureText}
 * says.
 *
 * @param text what the model is told
 */
record ToolFailures(ToolFailureText text) {
    private static final System.Logger LOG = System.getLogger("dev.postern.agent");
    private static final int LONGEST = 2000;

    /** Logs a failure, and makes the result of its call. */
    ToolResult result(ToolCall call, String what, Throwable thrown) {
        return ToolResult.error(call.id(), "Error: " + told(call, what, thrown));
    }

    /**
     * Logs a failure.
     *
     * @param what failed, for the log
     * @return what the model is told of it
     */
    String told(ToolCall call, String what, Throwable thrown) {
        Throwable cause = unwrapped(thrown);
        log(cause instanceof ToolException ? Level.INFO : Level.WARNING, call, what, cause);
        return ToolText.cut(said(call, cause), LONGEST);
    }

    /** Logs the failure of a call that has ended already, such as one that was interrupted. */
    static void late(ToolCall call, String what, Throwable thrown) {
        log(Level.DEBUG, call, what, unwrapped(thrown));
    }

    static void log(Level level, ToolCall call, String what, Throwable cause) {
        LOG.log(level, () -> what + " failed (call " + call.id() + " of " + call.name() + ")", cause);
    }

    private String said(ToolCall call, Throwable cause) {
        try {
            String said = text.of(call, cause);
            if (said != null && !said.isBlank()) {
                return said;
            }
        } catch (RuntimeException | LinkageError | AssertionError e) {
            LOG.log(Level.WARNING, "a ToolFailureText failed; the model is told the class of the tool's failure", e);
        }
        return name(cause);
    }

    static String plain(Throwable thrown) {
        if (thrown instanceof ToolException told) {
            return String.valueOf(told.getMessage());
        }
        return thrown instanceof LlmException failure ? name(failure) + "[" + failure.kind() + "]" : name(thrown);
    }

    static String full(Throwable thrown) {
        String message = thrown.getMessage();
        return name(thrown) + (message == null || message.isBlank() ? "" : ": " + message);
    }

    /** An anonymous class has no name of its own. */
    private static String name(Throwable thrown) {
        Class<?> type = thrown.getClass();
        while (type.getSimpleName().isEmpty()) {
            type = type.getSuperclass();
        }
        return type.getSimpleName();
    }

    /** What failed, without what futures put around it. */
    static Throwable unwrapped(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
