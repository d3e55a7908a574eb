package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.flow.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * What one run remembers and what it leaves behind. A memory that fails is told in the result, and the run goes on as if
 * nothing were remembered; where the memory is required, it fails the run.
 */
final class RunMemory {
    private static final Logger LOG = System.getLogger("dev.postern.agent");

    private final AgentSettings settings;
    private final AgentInput input;
    private final Spending spending;
    private final MemoryFailures failures;
    private final String sessionId;
    /** An agent that another one asks has no conversation of its own to go on with. */
    private final boolean keepsConversation;

    RunMemory(AgentSettings settings, AgentInput input, int depth, Spending spending, MemoryFailures failures) {
        this.settings = settings;
        this.input = input;
        this.spending = spending;
        this.failures = failures;
        this.sessionId = input.sessionId().isEmpty() ? settings.newSessionId().get() : input.sessionId();
        this.keepsConversation = depth == 0 && settings.conversations() != null;
    }

    private SessionKey session() {
        return settings.session(input.user(), sessionId);
    }

    /**
     * The run's transcript, beginning with what came before. It fails if that cannot be read although it is required.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if no session can have this name
     */
    CompletableFuture<Transcript> opening() {
        if (keepsConversation) {
            var unused = session(); // refuses what could never be stored
        } else if (settings.memories() == null) {
            return CompletableFuture.completedFuture(withoutHistory());
        }
        return inBackground("The history and the memories of a run could not be read", List.<Message>of(), this::before)
                .thenApply(before -> {
                    refuseFailures();
                    return transcript(before);
                });
    }

    /** What came before was not read before the time was over. */
    Transcript tooLate() {
        failures.add(
                "The history and the memories of a run could not be read",
                new LlmException(LlmException.Kind.TIMEOUT, "The time of the whole run was over before."));
        return withoutHistory();
    }

    /** A transcript that begins with nothing but the user's message. */
    private Transcript withoutHistory() {
        return transcript(List.of());
    }

    private Transcript transcript(List<Message> before) {
        return new Transcript(settings.name(), sessionId, settings.limits(), spending, before, input.said());
    }

    /** Throws the first failure, if the memory is required. */
    void refuseFailures() {
        LlmException fatal = failures.fatal();
        if (fatal != null) {
            throw fatal;
        }
    }

    private List<Message> before() {
        List<Message> history = history();
        return history.isEmpty() ? memories() : history;
    }

    private List<Message> history() {
        ConversationMemory conversations = settings.conversations();
        if (!keepsConversation || conversations == null || input.sessionId().isEmpty()) {
            return List.of();
        }
        return tried(
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
                    "the oldest {0} messages of a session are left out, as it has more than {1} tokens",
                    history.size() - recent.size(),
                    most);
        }
        return recent;
    }

    private List<Message> memories() {
        MemoryStore store = settings.memories();
        return store == null
                ? List.of()
                : tried(
                        "The memories of an agent could not be read",
                        List.of(),
                        () -> Recollection.of(store, settings.namespaceFor(input.user())));
    }

    /** Adds the turn to its session. It fails if that does not go well although it is required. */
    CompletableFuture<Boolean> store(Transcript transcript) {
        ConversationMemory conversations = settings.conversations();
        if (!keepsConversation || conversations == null) {
            return CompletableFuture.completedFuture(false);
        }
        String sentence = "The turn could not be stored in its session";
        CompletableFuture<Boolean> stored = inBackground(
                sentence,
                false,
                () -> tried(sentence, false, () -> {
                    conversations.append(session(), transcript.turn());
                    return true;
                }));
        Runnable alarm = settings.timer().after(Timer.nanos(settings.limits().toolTime()), () -> {
            if (!stored.isDone()) {
                failures.add(
                        sentence,
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
            alarm.run();
            refuseFailures();
            return done;
        });
    }

    /** The value, or another one if there is no thread to get it. */
    private <T> CompletableFuture<T> inBackground(String sentence, T otherwise, Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, settings.executor());
        } catch (RejectedExecutionException e) {
            failures.add(sentence, e);
            return CompletableFuture.completedFuture(otherwise);
        }
    }

    /** The value, or another one if the memory fails; a driver that is missing is a failure as well. */
    private <T> T tried(String sentence, T otherwise, Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException | LinkageError e) {
            failures.add(sentence, e);
            return otherwise;
        }
    }
}
