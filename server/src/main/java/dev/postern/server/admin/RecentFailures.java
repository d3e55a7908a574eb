package dev.postern.server.admin;

import dev.postern.LlmException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** The last failures of attempts and calls, at most a fixed number. Thread-safe. */
final class RecentFailures {
    private static final int LONGEST_NAME = 100;

    private final int most;
    private final Deque<Failure> failures = new ArrayDeque<>(); // guarded by itself

    /**
     * A failure, without content and keys.
     *
     * @param time when it happened
     * @param requestId the request of the server; empty if it was none of them
     * @param backend the backend; empty if none was asked
     * @param model the model that was asked; may be empty
     * @param kind the kind
     * @param status the status of the backend; 0 for none
     * @param message what may be shown of the message; may be empty
     */
    record Failure(
            Instant time,
            String requestId,
            String backend,
            String model,
            LlmException.Kind kind,
            int status,
            String message) {}

    RecentFailures(int most) {
        this.most = most;
    }

    void add(Instant time, String requestId, String backend, String model, LlmException failure) {
        String name = model.length() <= LONGEST_NAME ? model : model.substring(0, LONGEST_NAME) + "…";
        Failure added = new Failure(
                time, requestId, backend, name, failure.kind(), failure.status().orElse(0), FailureText.of(failure));
        synchronized (failures) {
            failures.add(added);
            if (failures.size() > most) {
                failures.remove();
            }
        }
    }

    /** The newest first. */
    List<Failure> list() {
        synchronized (failures) {
            List<Failure> list = new ArrayList<>(failures);
            Collections.reverse(list);
            return list;
        }
    }
}
