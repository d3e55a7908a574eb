package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.Message;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * What one run remembers and what it leaves behind. A memory that fails does not fail the run: it is as if nothing were
 * remembered, and the log says so.
 */
final class RunMemory {
    private static final Logger LOG = System.getLogger("dev.postern.agent");

    private final AgentSettings settings;
    private final AgentInput input;
    private final Spending spending;
    private final String sessionId;
    /** An agent that another one asks has no conversation of its own to go on with. */
    private final boolean keepsConversation;

    RunMemory(AgentSettings settings, AgentInput input, int depth, Spending spending) {
        this.settings = settings;
        this.input = input;
        this.spending = spending;
        this.sessionId = input.sessionId().isEmpty() ? settings.newSessionId().get() : input.sessionId();
        this.keepsConversation = depth == 0 && settings.conversations() != null;
    }

    private SessionKey session() {
        return new SessionKey(settings.actor(input.user()), sessionId);
    }

    /**
     * The run's transcript, beginning with what came before.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if no session can have this name
     */
    CompletableFuture<Transcript> opening() {
        if (keepsConversation) {
            var unused = session(); // refuses what could never be stored
        } else if (settings.memories() == null) {
            return CompletableFuture.completedFuture(withoutHistory());
        }
        try {
            return CompletableFuture.supplyAsync(() -> transcript(before()), settings.executor());
        } catch (RejectedExecutionException e) {
            LOG.log(Level.WARNING, "a run begins without history and memories, as no thread could read them", e);
            return CompletableFuture.completedFuture(withoutHistory());
        }
    }

    /** A transcript that begins with nothing but the user's message. */
    Transcript withoutHistory() {
        return transcript(List.of());
    }

    private Transcript transcript(List<Message> before) {
        return new Transcript(settings.name(), sessionId, settings.limits(), spending, before, input.said());
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
        try {
            return recent(CallIds.distinct(
                    conversations.history(session(), settings.limits().historyTurns())));
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the history of a session could not be read", e);
            return List.of();
        }
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
        try {
            return store == null ? List.of() : Recollection.of(store, settings.namespaceFor(input.user()));
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the memories of an agent could not be read", e);
            return List.of();
        }
    }

    /** Adds the turn to its session; whether that was wanted and went well. */
    CompletableFuture<Boolean> store(Transcript transcript) {
        ConversationMemory conversations = settings.conversations();
        if (!keepsConversation || conversations == null) {
            return CompletableFuture.completedFuture(false);
        }
        try {
            return CompletableFuture.supplyAsync(() -> append(conversations, transcript), settings.executor());
        } catch (RejectedExecutionException e) {
            LOG.log(Level.WARNING, "a turn could not be stored, as no thread could do it", e);
            return CompletableFuture.completedFuture(false);
        }
    }

    private boolean append(ConversationMemory conversations, Transcript transcript) {
        try {
            conversations.append(session(), transcript.turn());
            return true;
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "a turn could not be stored", e);
            return false;
        }
    }
}
