package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of every memory of conversations. */
@Timeout(300)
public abstract class ConversationMemoryContract {
    protected static final SessionKey KEY = new SessionKey("system:helper", "s1");
    private static final Duration SECOND = Duration.ofSeconds(1);

    protected final TickingClock clock = new TickingClock();
    private ConversationMemory memory;

    /** Creates an empty memory that stores {@code maxTurns} turns of a session. */
    protected abstract ConversationMemory create(int maxTurns) throws Exception;

    /** Opens the same conversations as another process would; returns the same memory if it cannot be shared. */
    protected ConversationMemory another(ConversationMemory first) throws Exception {
        return first;
    }

    @BeforeEach
    void begin() throws Exception {
        memory = create(1000);
    }

    @Test
    void anUnknownSessionHasNoHistory() {
        assertThat(memory.history(KEY, 10)).isEmpty();
        assertThat(memory.sessions(KEY.agent())).isEmpty();
        assertThat(memory.delete(KEY)).isFalse();
        assertThat(memory.cleanup(KEY.agent(), 5)).isEqualTo(new ConversationMemory.Cleanup(0, 0));
    }

    @Test
    void theLastTurnsAreReadWholeAndOldestFirst() {
        Turn first = Turn.of("1?", "1!");
        Turn second = new Turn(List.of(
                Message.user("2?"),
                new Message(Role.ASSISTANT, List.of(ToolCall.of("c", "t", Map.of()))),
                Message.toolResults(ToolResult.of("c", "r")),
                Message.assistant("2!")));
        Turn third = Turn.of("3?", "3!");
        List.of(first, second, third).forEach(turn -> memory.append(KEY, turn));

        assertThat(memory.history(KEY, 0)).isEmpty();
        assertThat(memory.history(KEY, 1)).isEqualTo(third.messages());
        assertThat(memory.history(KEY, 2)).isEqualTo(joined(List.of(second, third)));
        assertThat(memory.history(KEY, 3)).isEqualTo(joined(List.of(first, second, third)));
        assertThat(memory.history(KEY, Integer.MAX_VALUE)).isEqualTo(joined(List.of(first, second, third)));
    }

    @Test
    void agentsAndSessionsAreSeparate() {
        SessionKey otherSession = new SessionKey(KEY.agent(), "S1");
        SessionKey otherAgent = new SessionKey("jo:helper", KEY.session());
        memory.append(KEY, Turn.of("a", "b"));
        memory.append(otherSession, Turn.of("c", "d"));
        memory.append(otherAgent, Turn.of("e", "f"));

        assertThat(memory.history(KEY, 9)).isEqualTo(Turn.of("a", "b").messages());
        assertThat(memory.history(otherSession, 9)).isEqualTo(Turn.of("c", "d").messages());
        assertThat(memory.history(otherAgent, 9)).isEqualTo(Turn.of("e", "f").messages());
        assertThat(memory.sessions("jo:helper")).extracting(SessionInfo::key).containsExactly(otherAgent);
    }

    @Test
    void aHistoryIsAValidConversationAndComplete() {
        for (int seed = 0; seed < 20; seed++) {
            SessionKey key = new SessionKey("property", "seed " + seed);
            RandomTurns random = new RandomTurns(seed);
            List<Turn> turns = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                turns.add(random.next());
                memory.append(key, turns.get(i));
            }
            for (int last = 0; last <= 9; last++) {
                List<Message> history = memory.history(key, last);

                assertThat(history)
                        .as("seed %d, last %d", seed, last)
                        .isEqualTo(joined(turns.subList(Math.max(0, 8 - last), 8)));
                assertEveryCallHasItsResultDirectlyAfterIt(history);
            }
        }
    }

    /** Checks the messages independently of {@link Turn}. */
    private static void assertEveryCallHasItsResultDirectlyAfterIt(List<Message> history) {
        for (int i = 0; i < history.size(); i++) {
            List<String> called = history.get(i).toolCalls().stream()
                    .map(ToolCall::id)
                    .sorted()
                    .toList();
            List<String> answered = new ArrayList<>();
            for (int next = i + 1; !called.isEmpty() && next < history.size(); next++) {
                if (history.get(next).toolResults().isEmpty()) {
                    break;
                }
                history.get(next).toolResults().forEach(result -> answered.add(result.callId()));
            }
            assertThat(answered.stream().sorted()).isEqualTo(called);
        }
        long calls = history.stream()
                .mapToLong(message -> message.toolCalls().size())
                .sum();
        long results = history.stream()
                .mapToLong(message -> message.toolResults().size())
                .sum();
        assertThat(results).isEqualTo(calls);
    }

    @Test
    void sessionsAreListedNewestFirstWithTheirCounts() {
        Instant first = clock.instant();
        memory.append(KEY, Turn.of("a", "b"));
        memory.append(session("s2"), Turn.of("a", "b"));
        Instant second = clock.tick(SECOND);
        memory.append(session("s3"), Turn.of("a", "b"));
        memory.append(KEY, Turn.of("c", "d"));

        assertThat(memory.sessions(KEY.agent()))
                .containsExactly(
                        new SessionInfo(KEY, 2, 4, second),
                        new SessionInfo(session("s3"), 1, 2, second),
                        new SessionInfo(session("s2"), 1, 2, first));
        assertThat(memory.sessions(KEY.agent(), 1)).extracting(SessionInfo::key).containsExactly(KEY);
        assertThat(memory.sessions(KEY.agent(), 0)).isEmpty();
    }

    @Test
    void aDeletedSessionIsGoneAndCanStartAgain() {
        memory.append(KEY, Turn.of("a", "b"));
        memory.append(KEY, Turn.of("c", "d"));
        memory.append(session("s2"), Turn.of("a", "b"));

        assertThat(memory.delete(KEY)).isTrue();
        assertThat(memory.delete(KEY)).isFalse();
        assertThat(memory.history(KEY, 9)).isEmpty();
        assertThat(memory.sessions(KEY.agent())).extracting(SessionInfo::key).containsExactly(session("s2"));

        memory.append(KEY, Turn.of("e", "f"));
        assertThat(memory.history(KEY, 9)).isEqualTo(Turn.of("e", "f").messages());
    }

    @Test
    void aCleanupKeepsTheLatestSessionsOfThatAgent() {
        SessionKey otherAgent = new SessionKey("other", "s0");
        memory.append(otherAgent, Turn.of("a", "b"));
        for (int i = 0; i < 7; i++) {
            clock.tick(SECOND);
            memory.append(session("s" + i), Turn.of("a", "b"));
        }

        assertThat(memory.cleanup(KEY.agent(), 5)).isEqualTo(new ConversationMemory.Cleanup(2, 5));
        assertThat(memory.sessions(KEY.agent()))
                .extracting(info -> info.key().session())
                .containsExactly("s6", "s5", "s4", "s3", "s2");
        assertThat(memory.cleanup(KEY.agent(), 5)).isEqualTo(new ConversationMemory.Cleanup(0, 5));
        assertThat(memory.cleanup(KEY.agent(), 0)).isEqualTo(new ConversationMemory.Cleanup(5, 0));
        assertThat(memory.history(session("s6"), 9)).isEmpty();
        assertThat(memory.history(otherAgent, 9)).hasSize(2);
    }

    @Test
    void sessionsOlderThanAnInstantCanBeDeleted() {
        memory.append(KEY, Turn.of("a", "b"));
        memory.append(new SessionKey("other", "old"), Turn.of("a", "b"));
        Instant moment = clock.tick(SECOND);
        memory.append(session("s2"), Turn.of("a", "b"));

        assertThat(memory.deleteBefore(moment)).isEqualTo(2);
        assertThat(memory.deleteBefore(moment)).isZero();
        assertThat(memory.history(KEY, 9)).isEmpty();
        assertThat(memory.history(session("s2"), 9)).hasSize(2);

        assertThat(memory.deleteBefore(Instant.MIN)).isZero();
        assertThat(memory.deleteBefore(Instant.MAX)).isEqualTo(1);
        assertThat(memory.history(session("s2"), 9)).isEmpty();
    }

    @Test
    void aSessionAboveItsLimitLosesItsOldestTurn() throws Exception {
        ConversationMemory small = create(3);
        for (int i = 0; i < 5; i++) {
            small.append(KEY, Turn.of("q" + i, "a" + i));
        }

        assertThat(small.history(KEY, 9)).extracting(Message::text).containsExactly("q2", "a2", "q3", "a3", "q4", "a4");
        assertThat(small.sessions(KEY.agent())).containsExactly(new SessionInfo(KEY, 3, 6, clock.instant()));
    }

    @Test
    void aNegativeNumberIsRefused() {
        assertRefused("turns", () -> memory.history(KEY, -1));
        assertRefused("limit", () -> memory.sessions("a", -1));
        assertRefused("keep", () -> memory.cleanup("a", -1));
        assertRefused("agent", () -> memory.sessions(""));
        assertRefused("agent", () -> memory.cleanup("a\0", 1));
    }

    private static void assertRefused(String field, Callable<?> call) {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(call::call)
                .withMessageStartingWith(field + ": must")
                .extracting(LlmException::kind)
                .isEqualTo(LlmException.Kind.INVALID_REQUEST);
    }

    @Test
    void twoUsersOfOneSessionLoseAndDuplicateNoTurn() throws Exception {
        int writers = 4;
        int turns = 25;
        List<ConversationMemory> processes = List.of(memory, another(memory));
        inParallel(writers + 1, worker -> {
            ConversationMemory process = processes.get(worker % 2);
            for (int i = 0; i < turns; i++) {
                if (worker == writers) {
                    assertWhole(process.history(KEY, 1000));
                } else {
                    process.append(KEY, Turn.of(worker + "/" + i, "answer to " + worker + "/" + i));
                }
            }
        });

        List<Message> history = memory.history(KEY, 1000);
        assertWhole(history);
        List<String> questions = IntStream.range(0, history.size() / 2)
                .mapToObj(i -> history.get(2 * i).text())
                .toList();
        for (int worker = 0; worker < writers; worker++) {
            String mine = worker + "/";
            assertThat(questions.stream().filter(text -> text.startsWith(mine)))
                    .containsExactlyElementsOf(
                            IntStream.range(0, turns).mapToObj(i -> mine + i).toList());
        }
        assertThat(questions).hasSize(writers * turns);
        assertThat(memory.sessions(KEY.agent()))
                .containsExactly(new SessionInfo(KEY, writers * turns, 2 * writers * turns, clock.instant()));
    }

    @Test
    void twoThatStartOneSessionBothHaveTheirTurn() throws Exception {
        ConversationMemory other = another(memory);
        for (int round = 0; round < 15; round++) {
            SessionKey key = session("round " + round);
            inParallel(2, worker -> (worker == 0 ? memory : other).append(key, Turn.of("q" + worker, "a")));

            assertThat(memory.history(key, 9))
                    .extracting(Message::text)
                    .containsExactlyInAnyOrder("q0", "a", "q1", "a");
        }
    }

    @Test
    void aSessionDeletedDuringAWriteIsWholeOrGone() throws Exception {
        ConversationMemory other = another(memory);
        inParallel(3, worker -> {
            for (int i = 0; i < 20; i++) {
                if (worker == 0) {
                    other.delete(KEY);
                } else if (worker == 1) {
                    memory.append(KEY, Turn.of("q" + i, "answer to q" + i));
                } else {
                    assertWhole(other.history(KEY, 1000));
                }
            }
        });
        memory.append(KEY, Turn.of("last", "answer to last"));

        List<Message> history = memory.history(KEY, 1000);
        assertWhole(history);
        assertThat(memory.sessions(KEY.agent()))
                .containsExactly(new SessionInfo(KEY, history.size() / 2, history.size(), clock.instant()));
    }

    private static void assertWhole(List<Message> history) {
        assertThat(history.size() % 2).isZero();
        for (int i = 0; i < history.size(); i += 2) {
            assertThat(history.get(i + 1).text())
                    .isEqualTo("answer to " + history.get(i).text());
        }
    }

    /** The work of one of several threads. */
    protected interface Work {
        void run(int worker) throws Exception;
    }

    /** Starts all threads at the same moment and throws the first failure. */
    protected static void inParallel(int threads, Work work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int worker = i;
                all.add(executor.submit(() -> {
                    start.await(30, TimeUnit.SECONDS);
                    work.run(worker);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get(200, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    protected static SessionKey session(String id) {
        return new SessionKey(KEY.agent(), id);
    }

    private static List<Message> joined(List<Turn> turns) {
        return turns.stream().flatMap(turn -> turn.messages().stream()).toList();
    }
}
