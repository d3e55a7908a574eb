package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.flow.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Reads the history and the memories of a run, and stores its turn. If one of these fails, the result lists the failure
 * and the run continues without history. If the memory is required, the run fails.
 */
final class RunMemory {
    private static final Logger LOG = System.getLogger("dev.postern.agent");

    private final AgentSettings settings;
    private final AgentInput input;
    private final RunUsage usage;
    private final MemoryFailures failures;
    private final AgentLimits limits;
    private final Executor executor;
    private final String sessionId;
    /** False for an agent that another agent calls: it has no session. */
    private final boolean keepsConversation;

    RunMemory(
            AgentSettings settings,
            AgentInput input,
            int depth,
            RunScope scope,
            RunUsage usage,
            MemoryFailures failures) {
        this.settings = settings;
        this.input = input;
        this.usage = usage;
        this.failures = failures;
        this.limits = scope.limits(settings.limits());
        this.executor = scope.executor(scope.context());
        this.sessionId = scope.context().session();
        this.keepsConversation = depth == 0 && settings.conversations() != null;
    }

    private SessionKey session() {
        return settings.session(input.user(), sessionId);
    }

    /**
     * Returns the run's transcript, which starts with the history. Fails if the history cannot be read and memory is
     * required.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if the session's name is invalid
     */
    CompletableFuture<Transcript> opening() {
        if (keepsConversation) {
            var unused = session(); // refuses an invalid name before the run starts
        } else if (settings.memories() == null) {
            return CompletableFuture.completedFuture(withoutHistory());
        }
        return inBackground(
                        "The history and the memories of a run could not be read",
                        List.<Message>of(),
                        this::earlierMessages)
                .thenApply(before -> {
                    refuseFailures();
                    return transcript(before);
                });
    }

    /** Returns a transcript without history, because the run's time is over, and adds a failure. */
    Transcript openingTimedOut() {
        failures.add(
                "The history and the memories of a run could not be read",
                new LlmException(LlmException.Kind.TIMEOUT, "The time of the whole run ended first."));
        return withoutHistory();
    }

    /** Returns a transcript that starts with the user's message. */
    private Transcript withoutHistory() {
        return transcript(List.of());
    }

    private Transcript transcript(List<Message> history) {
        return new Transcript(settings.name(), sessionId, limits, usage, history, input.openingMessages());
    }

    /** Throws the first failure, if the memory is required. */
    void refuseFailures() {
        LlmException fatal = failures.fatal();
        if (fatal != null) {
            throw fatal;
        }
    }

    private List<Message> earlierMessages() {
        List<Message> history = history();
        return history.isEmpty() ? memories() : history;
    }

    private List<Message> history() {
        ConversationMemory conversations = settings.conversations();
        if (!keepsConversation || conversations == null || input.sessionId().isEmpty()) {
            return List.of();
        }
        return orDefault(
                "The history of a session could not be read",
                List.of(),
                () -> recent(CallIds.distinct(
                        conversations.history(session(), settings.limits().historyTurns()))));
    }

    private List<Message> recent(List<Message> history) {
        long most = settings.limits().historyTokens();
        if (most == 0) {
            return history;
        }
        List<Message> recent = HistoryWindow.within(history, most);
        if (recent.size() < history.size()) {
            LOG.log(
                    Level.INFO,
                    "the oldest {0} messages of a session are left out, because it has more than {1} tokens",
                    history.size() - recent.size(),
                    most);
        }
        return recent;
    }

    private List<Message> memories() {
        MemoryStore store = settings.memories();
        return store == null
                ? List.of()
                : orDefault(
                        "The memories of an agent could not be read",
                        List.of(),
                        () -> MemoryPrompt.of(store, settings.namespaceFor(input.user())));
    }

    /** Adds the turn to its session. Fails if the turn cannot be stored and memory is required. */
    CompletableFuture<Boolean> store(Transcript transcript) {
        ConversationMemory conversations = settings.conversations();
        if (!keepsConversation || conversations == null) {
            return CompletableFuture.completedFuture(false);
        }
        String failureText = "The turn could not be stored in its session";
        CompletableFuture<Boolean> stored = inBackground(
                failureText,
                false,
                () -> orDefault(failureText, false, () -> {
                    conversations.append(session(), transcript.turn());
                    return true;
                }));
        Runnable cancelTimer = settings.timer()
                .after(Timer.nanos(settings.limits().toolTime()), () -> {
                    if (!stored.isDone()) {
                        failures.add(
                                failureText,
                                new LlmException(
                                        LlmException.Kind.TIMEOUT,
                                        "The memory took longer than "
                                                + AgentLimits.inSeconds(
                                                        settings.limits().toolTime())
                                                + "; the turn may still be stored later."));
                        stored.complete(false);
                    }
                });
        return stored.thenApply(done -> {
            cancelTimer.run();
            refuseFailures();
            return done;
        });
    }

    /** Runs the work on the executor. The result is the fallback if the executor refuses it. */
    private <T> CompletableFuture<T> inBackground(String failureText, T fallback, Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, executor);
        } catch (RejectedExecutionException e) {
            failures.add(failureText, e);
            return CompletableFuture.completedFuture(fallback);
        }
    }

    /**
     * Returns the value, or the fallback if the memory fails. A missing driver ({@code LinkageError}) is a failure,
     * too.
     */
    private <T> T orDefault(String failureText, T fallback, Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException | LinkageError e) {
            failures.add(failureText, e);
            return fallback;
        }
    }
}
