package dev.postern.springai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a chat model of Spring AI threw, as a failure of Postern. Its models throw the exceptions of many libraries, so the HTTP status is
 * read from the beginning of the message and the rest from the name of the class.
 */
final class Failures {
    /** "429 Too Many Requests: …" of Spring's clients, "429: …" of openai-java, "HTTP 429 - …" of spring-ai-retry. */
    private static final Pattern STATUS =
            Pattern.compile("(?:HTTP )?([45]\\d\\d)(?:| - .*|:.*| [A-Z].*)", Pattern.DOTALL);

    private static final int LONGEST = 500;

    private final String model;

    Failures(String model) {
        this.model = model;
    }

    /** The failure of a call; an error of the virtual machine stays as it is. */
    Throwable of(Throwable thrown) {
        if (thrown instanceof VirtualMachineError) {
            return thrown;
        }
        Throwable last = thrown;
        Kind kind = null;
        int status = 0;
        Set<Throwable> seen = new HashSet<>(); // a chain of causes may have a circle
        for (Throwable each = thrown; each != null && seen.add(each); each = each.getCause()) {
            if (each instanceof LlmException known) {
                return known;
            }
            status = status == 0 ? status(each) : status;
            kind = kind == null ? kind(each) : kind;
            last = each;
        }
        return failure(thrown, last, kind, status);
    }

    private LlmException failure(Throwable thrown, Throwable root, @Nullable Kind kind, int status) {
        Kind known = status == 0 ? kind : ofStatus(status);
        String what = status == 0 ? root.getClass().getName() : "status " + status;
        String server = String.valueOf(root.getMessage());
        return LlmException.builder(
                        known == null ? Kind.SERVER : known,
                        "The chat model '" + model + "' failed with " + what + "; its own exception is the cause.")
                .retryable(known != null && known.retryable())
                .status(status)
                .backend(model)
                .serverMessage(server.length() <= LONGEST ? server : server.substring(0, LONGEST) + "…")
                .cause(thrown)
                .build();
    }

    private static int status(Throwable each) {
        Matcher status = STATUS.matcher(String.valueOf(each.getMessage()));
        return status.matches() ? Integer.parseInt(status.group(1)) : 0;
    }

    /** As the providers of Postern do: 504 is a failure of the server, which says nothing about a limit of the caller. */
    private static Kind ofStatus(int status) {
        return switch (status) {
            case 401 -> Kind.AUTHENTICATION;
            case 402 -> Kind.QUOTA;
            case 403 -> Kind.PERMISSION;
            case 404 -> Kind.NOT_FOUND;
            case 408 -> Kind.TIMEOUT;
            case 429 -> Kind.RATE_LIMITED;
            case 503, 529 -> Kind.OVERLOADED;
            default -> status >= 500 ? Kind.SERVER : Kind.INVALID_REQUEST;
        };
    }

    /** The kind by the class; null if it says nothing. */
    private static @Nullable Kind kind(Throwable each) {
        String name = each.getClass().getSimpleName();
        if (each instanceof CancellationException || each instanceof InterruptedException) {
            return Kind.CANCELLED;
        } else if (each instanceof TimeoutException
                || each instanceof HttpTimeoutException
                || each instanceof SocketTimeoutException
                || name.contains("Timeout")) {
            return Kind.TIMEOUT;
        } else if (name.contains("RateLimit")) {
            return Kind.RATE_LIMITED;
        } else if (name.contains("Unauthorized") || name.contains("Authentication")) {
            return Kind.AUTHENTICATION;
        } else if (name.contains("PermissionDenied") || name.contains("Forbidden")) {
            return Kind.PERMISSION;
        } else if (each instanceof UnsupportedOperationException) {
            return Kind.UNSUPPORTED;
        } else if (each instanceof IllegalArgumentException || name.contains("NonTransient")) {
            return Kind.INVALID_REQUEST;
        } else if (each instanceof IOException) {
            return Kind.CONNECTION;
        }
        return name.contains("Transient") ? Kind.SERVER : null;
    }
}
