package dev.postern.gateway;

import dev.postern.LlmException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Failures under the gateway's name for the backend, which need not be the provider's own name: a provider may be behind
 * several names, and a gateway behind a gateway has names of its own.
 */
final class Named {
    private final String backend;
    /** Failures can refer to each other in a circle. */
    private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private Named(String backend) {
        this.backend = backend;
    }

    /** The failure, its causes and its suppressed failures under this name; the same object if they have it already. */
    static LlmException of(LlmException failure, String backend) {
        return new Named(backend).named(failure);
    }

    private LlmException named(LlmException failure) {
        if (!seen.add(failure)) {
            return failure;
        }
        Throwable cause = part(failure.getCause());
        Throwable[] suppressed = failure.getSuppressed();
        boolean same = failure.backend().equals(backend) && cause == failure.getCause();
        for (int i = 0; i < suppressed.length; i++) {
            Throwable before = suppressed[i];
            suppressed[i] = part(before);
            same &= suppressed[i] == before;
        }
        if (same) {
            return failure;
        }
        LlmException copy = failure.toBuilder()
                .backend(backend)
                .message(sentence(failure))
                .cause(cause)
                .build();
        copy.setStackTrace(failure.getStackTrace());
        for (Throwable each : suppressed) {
            copy.addSuppressed(each);
        }
        return copy;
    }

    private @Nullable Throwable part(@Nullable Throwable thrown) {
        return thrown instanceof LlmException failure ? named(failure) : thrown;
    }

    /** Messages of providers begin with their name in quotes. */
    private String sentence(LlmException failure) {
        String message = String.valueOf(failure.getMessage());
        String own = "'" + failure.backend() + "'";
        return !failure.backend().isEmpty() && message.startsWith(own)
                ? "'" + backend + "'" + message.substring(own.length())
                : message;
    }
}
