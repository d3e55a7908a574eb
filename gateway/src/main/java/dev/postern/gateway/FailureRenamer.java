package dev.postern.gateway;

import dev.postern.LlmException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the name of the backend in failures by the gateway's name for it. The names can differ: one provider can have
 * several names in a gateway, and a gateway can be a backend of another gateway.
 */
final class FailureRenamer {
    private final String backend;
    /** Guards against cycles of causes. */
    private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private FailureRenamer(String backend) {
        this.backend = backend;
    }

    /** The failure with this name, also in its causes and suppressed failures; the same object if nothing changes. */
    static LlmException of(LlmException failure, String backend) {
        return new FailureRenamer(backend).rename(failure);
    }

    private LlmException rename(LlmException failure) {
        if (!seen.add(failure)) {
            return failure;
        }
        Throwable cause = renamePart(failure.getCause());
        Throwable[] suppressed = failure.getSuppressed();
        boolean same = failure.backend().equals(backend) && cause == failure.getCause();
        for (int i = 0; i < suppressed.length; i++) {
            Throwable original = suppressed[i];
            suppressed[i] = renamePart(original);
            same &= suppressed[i] == original;
        }
        if (same) {
            return failure;
        }
        LlmException copy = failure.toBuilder()
                .backend(backend)
                .message(renameMessage(failure))
                .cause(cause)
                .build();
        copy.setStackTrace(failure.getStackTrace());
        for (Throwable each : suppressed) {
            copy.addSuppressed(each);
        }
        return copy;
    }

    private @Nullable Throwable renamePart(@Nullable Throwable thrown) {
        return thrown instanceof LlmException failure ? rename(failure) : thrown;
    }

    /** Messages of providers start with the provider's name in quotes. */
    private String renameMessage(LlmException failure) {
        String message = String.valueOf(failure.getMessage());
        String own = "'" + failure.backend() + "'";
        return !failure.backend().isEmpty() && message.startsWith(own)
                ? "'" + backend + "'" + message.substring(own.length())
                : message;
    }
}
