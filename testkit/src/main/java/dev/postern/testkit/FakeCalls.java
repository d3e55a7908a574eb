package dev.postern.testkit;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a {@link FakeLlm} was asked, and how its calls ended. Thread-safe. */
final class FakeCalls {
    /** How long a test waits for something that should happen at once. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    // All fields are guarded by this.
    private final List<CompletionRequest> requests = new ArrayList<>();
    private final Set<FakeCall> open = new HashSet<>();
    private int beginning; // was asked, and is not open yet
    private int cancelled;
    private boolean closed;

    synchronized int asked(CompletionRequest request) {
        requests.add(request);
        beginning++;
        notifyAll();
        return requests.size();
    }

    /** A request that a provider would not send. */
    synchronized void refused() {
        beginning++;
    }

    void begun(FakeCall call) {
        boolean refused;
        synchronized (this) {
            refused = closed;
            open.add(call);
            beginning--;
            notifyAll();
        }
        if (refused) {
            call.fail(new LlmException(LlmException.Kind.CONFIGURATION, "The provider is closed; build a new one."));
        }
    }

    synchronized void ended(FakeCall call, boolean byCancel) {
        open.remove(call);
        cancelled += byCancel ? 1 : 0;
        notifyAll();
    }

    /** Forgets the requests and the number of cancelled calls. Calls that run stay open. */
    synchronized void forget() {
        requests.clear();
        cancelled = 0;
    }

    /** Ends all calls, and refuses further ones. */
    void close() {
        List<FakeCall> running;
        synchronized (this) {
            closed = true;
            running = List.copyOf(open);
        }
        for (FakeCall call : running) {
            call.fail(new LlmException(LlmException.Kind.CANCELLED, "The provider was closed during the call."));
        }
    }

    synchronized List<CompletionRequest> requests() {
        return List.copyOf(requests);
    }

    synchronized int running() {
        return open.size() + beginning;
    }

    synchronized int cancelled() {
        return cancelled;
    }

    synchronized CompletionRequest awaitRequest(int number) {
        Waits.until(
                this,
                PATIENCE,
                () -> requests.size() > number,
                () -> "request " + number + " (the first one is 0); there were " + requests.size() + " requests");
        return requests.get(number);
    }

    synchronized void awaitCancelled(int count) {
        Waits.until(
                this,
                PATIENCE,
                () -> cancelled >= count,
                () -> count + " cancelled calls; " + cancelled + " calls were cancelled, " + running()
                        + " are running");
    }

    synchronized void awaitIdle() {
        Waits.until(this, PATIENCE, () -> running() == 0, () -> "the end of all calls; " + running() + " are running");
    }
}
