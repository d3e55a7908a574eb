package dev.postern.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.agent.ConversationMemory;
import dev.postern.agent.ConversationMemoryContract;
import dev.postern.agent.Turn;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract with a database. The first of two processes creates the tables. */
abstract class JdbcConversationsContract extends ConversationMemoryContract {
    private final TestDatabase database = open();
    private int maxTurns;

    abstract TestDatabase open();

    @AfterEach
    void end() throws Exception {
        database.close();
    }

    @Override
    protected final ConversationMemory create(int most) throws Exception {
        maxTurns = most;
        JdbcConversationMemory memory = process(database.source());
        memory.createTables();
        return memory;
    }

    @Override
    protected final ConversationMemory another(ConversationMemory first) {
        return process(database.source());
    }

    private JdbcConversationMemory process(TestSource source) {
        return JdbcConversationMemory.builder(source)
                .tablePrefix(database.prefix)
                .maxTurns(maxTurns)
                .maxTurnBytes(1 << 20)
                .clock(clock)
                .build();
    }

    @Test
    void tablesCanBeCreatedConcurrentlyAndAgain() throws Exception {
        TestDatabase fresh = open();
        List<JdbcConversationMemory> processes = IntStream.range(0, 4)
                .mapToObj(i -> JdbcConversationMemory.builder(fresh.source())
                        .tablePrefix(fresh.prefix)
                        .build())
                .toList();
        inParallel(4, worker -> {
            processes.get(worker).createTables();
            processes.get(worker).append(KEY, Turn.of("q", "a"));
            processes.get(worker).createTables();
        });

        assertThat(processes.get(0).history(KEY, 9)).hasSize(8);
        fresh.close();
    }

    @Test
    void processesNumberTurnsTogetherWithoutGaps() throws Exception {
        JdbcConversationMemory one = process(database.source());
        ConversationMemory two = process(database.source());
        inParallel(6, worker -> {
            for (int i = 0; i < 10; i++) {
                (worker % 2 == 0 ? one : two).append(KEY, Turn.of("q", "a"));
            }
        });

        assertThat(database.numbers("SELECT turn_no FROM " + database.prefix + "turns ORDER BY turn_no"))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 60).boxed().toList());
    }

    @Test
    void aTurnAboveTheLimitIsRefusedAndALargeOneIsStored() throws Exception {
        JdbcConversationMemory memory = process(database.source());
        Turn large = Turn.of("q", "ä".repeat(500_000));
        memory.append(KEY, large);

        assertThat(memory.history(KEY, 9)).isEqualTo(large.messages());
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> memory.append(KEY, Turn.of("q", "ä".repeat(600_000))))
                .withMessageMatching("messages: the turn has 1200\\d\\d\\d bytes, but only 1048576 are allowed; .*")
                .extracting(LlmException::kind)
                .isEqualTo(LlmException.Kind.INVALID_REQUEST);
        assertThat(memory.history(KEY, 9)).hasSize(2);
    }

    @Test
    void anUnpairedSurrogateDoesNotLoseTheTurn() throws Exception {
        JdbcConversationMemory memory = process(database.source());
        memory.append(KEY, Turn.of("half \uD83C", "a"));

        assertThat(memory.history(KEY, 9))
                .extracting(Message::text)
                .hasSize(2)
                .element(0)
                .asString()
                .startsWith("half ");
    }

    @Test
    void anUnreadableRowIsReported() throws Exception {
        TestSource source = database.source();
        JdbcConversationMemory memory = process(source);
        memory.append(KEY, Turn.of("q", "a"));
        source.run(List.of("UPDATE " + database.prefix + "turns SET messages = '{\"messages\": [{\"role\": \"user\"'"));

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> memory.history(KEY, 9))
                .withMessageStartingWith("A stored turn cannot be read by this version (")
                .extracting(LlmException::kind)
                .isEqualTo(LlmException.Kind.PROTOCOL);
    }

    @Test
    void allOldSessionsAreDeletedInSeveralTransactions() throws Exception {
        TestSource source = database.source();
        JdbcConversationMemory memory = process(source);
        memory.append(KEY, Turn.of("q", "a"));
        source.run(IntStream.range(0, 1100)
                .mapToObj(i -> "INSERT INTO " + database.prefix
                        + "sessions (agent_id, session_id, last_turn, last_activity) VALUES ('old', 's" + i + "', 1, "
                        + i + ")")
                .toList());

        assertThat(memory.deleteBefore(clock.instant())).isEqualTo(1100);
        assertThat(memory.sessions(KEY.agent())).hasSize(1);
    }
}
