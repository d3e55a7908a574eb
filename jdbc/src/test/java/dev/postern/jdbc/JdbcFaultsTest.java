package dev.postern.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.agent.SessionKey;
import dev.postern.agent.Turn;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A database that fails at every possible call. */
@Timeout(120)
class JdbcFaultsTest {
    private static final SessionKey KEY = new SessionKey("a", "s");
    private static final String SECRET = "jdbc:h2:secret-host?password=secret";

    private final TestDatabase database = TestDatabase.h2();
    private final TestSource sound = database.source();
    private final JdbcConversationMemory memory = memory(sound);

    @BeforeEach
    void begin() {
        memory.createTables();
        memory.append(KEY, Turn.of("first", "answer"));
    }

    @AfterEach
    void end() throws Exception {
        database.close();
    }

    private JdbcConversationMemory memory(TestSource source) {
        return JdbcConversationMemory.builder(source)
                .tablePrefix(database.prefix)
                .maxTurns(1)
                .build();
    }

    /** Fails the n-th call and all later calls that match. */
    private static Predicate<String> from(int nth, Predicate<String> after) {
        AtomicInteger count = new AtomicInteger();
        return call -> {
            int now = count.incrementAndGet();
            return now == nth || (now > nth && after.test(call));
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterAnyFailureATurnIsWholeOrAbsent(boolean autoCommit) throws Exception {
        TestSource source = source(autoCommit);
        JdbcConversationMemory faulty = memory(source);
        int failures = 0;
        boolean done = false;
        for (int nth = 1; !done; nth++) {
            String mark = "turn " + nth;
            List<String> before = texts();
            source.calls.clear();
            source.fail(from(nth, call -> false), new SQLException(SECRET, "XX000"));
            boolean thrown = fails(() -> faulty.append(KEY, Turn.of(mark, "answer")));
            source.fail(call -> false, new SQLException());

            boolean committed = !thrown;
            assertThat(texts()).isEqualTo(committed ? List.of(mark, "answer") : before);
            assertThat(database.numbers("SELECT last_turn FROM " + database.prefix + "sessions"))
                    .isEqualTo(database.numbers("SELECT MAX(turn_no) FROM " + database.prefix + "turns"));
            source.assertAllConnectionsReturned();
            failures += thrown ? 1 : 0;
            done = source.calls.size() < nth;
        }

        // getConnection, getAutoCommit, setAutoCommit, four or five statements, commit
        assertThat(failures).isEqualTo(autoCommit ? 8 : 7);
    }

    /** Returns a source with the given auto-commit. */
    private TestSource source(boolean autoCommit) {
        TestSource next = database.source();
        return next.autoCommit == autoCommit ? next : database.source();
    }

    private List<String> texts() {
        return memory.history(KEY, 9).stream().map(message -> message.text()).toList();
    }

    private static boolean fails(Runnable call) {
        try {
            call.run();
            return false;
        } catch (LlmException e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).contains("XX000").doesNotContain("secret");
            assertThat(e.getMessage()).startsWith("Could not append a turn: ");
            return true;
        }
    }

    @Test
    void aConnectionThatCannotBeRolledBackIsAbortedAndCommitsNothing() {
        TestSource source = database.source();
        source.fail(call -> call.contains("INSERT INTO") || call.equals("rollback"), new SQLException(SECRET, "XX000"));
        assertThat(fails(() -> memory(source).append(KEY, Turn.of("second", "answer"))))
                .isTrue();

        assertThat(source.calls).contains("rollback", "abort", "close").doesNotContain("commit");
        assertThat(texts()).containsExactly("first", "answer");
    }

    @Test
    void aConnectionWhoseDriverLacksAClassIsAbortedAndClosed() {
        TestSource source = database.source();
        LinkageError missing = new NoClassDefFoundError("driver/Class");
        source.fail(call -> call.contains("INSERT INTO") || call.equals("rollback"), missing);

        assertThatThrownBy(() -> memory(source).append(KEY, Turn.of("second", "answer")))
                .isSameAs(missing);
        assertThat(source.calls).contains("rollback", "abort", "close").doesNotContain("commit");
        source.assertAllConnectionsReturned();
        assertThat(texts()).containsExactly("first", "answer");
    }

    @Test
    void aFailureAfterTheCommitIsIgnored() {
        TestSource source = source(true);
        AtomicInteger sets = new AtomicInteger();
        source.fail(
                call -> call.equals("close") || (call.equals("setAutoCommit") && sets.incrementAndGet() == 2),
                new SQLException(SECRET, "XX000"));

        assertThatCode(() -> memory(source).append(KEY, Turn.of("second", "answer")))
                .doesNotThrowAnyException();
        assertThat(source.calls).contains("abort");
        assertThat(texts()).containsExactly("second", "answer");
    }

    @Test
    void anInterruptedCommitIsNotRepeated() {
        TestSource source = database.source();
        source.fail(call -> call.equals("commit"), new SQLException(SECRET, "08006"));

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> memory(source).append(KEY, Turn.of("second", "answer")))
                .withMessageContaining("the change may be stored or not")
                .satisfies(e -> {
                    assertThat(e.kind()).isEqualTo(Kind.CONNECTION);
                    assertThat(e.retryable()).isFalse();
                });
        assertThat(source.calls).containsOnlyOnce("commit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"commit", "executeUpdate INSERT", "executeUpdate UPDATE"})
    void aConflictIsRepeatedFromTheBeginning(String where) {
        TestSource source = database.source();
        AtomicInteger left = new AtomicInteger(3);
        source.fail(call -> call.startsWith(where) && left.getAndDecrement() > 0, new SQLException(SECRET, "40001"));
        memory(source).append(KEY, Turn.of("second", "answer"));

        assertThat(source.calls.stream().filter("getConnection"::equals)).hasSize(4);
        assertThat(texts()).containsExactly("second", "answer");
        assertThat(memory.sessions("a"))
                .singleElement()
                .satisfies(info -> assertThat(info.turns()).isEqualTo(1));
    }

    @Test
    void endlessConflictsFail() {
        AtomicInteger attempts = new AtomicInteger();
        Transactions transactions = new Transactions(sound, Duration.ofSeconds(1), bound -> 0);

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> transactions.run("try", statements -> {
                    attempts.incrementAndGet();
                    throw new SQLIntegrityConstraintViolationException(SECRET);
                }))
                .withMessage("Could not try: other transactions kept changing the same rows; try again later"
                        + " (SQLIntegrityConstraintViolationException).")
                .satisfies(e -> {
                    assertThat(e.kind()).isEqualTo(Kind.SERVER);
                    assertThat(e.retryable()).isTrue();
                });
        assertThat(attempts).hasValue(Transactions.MAX_ATTEMPTS);
    }

    @Test
    void theRetryDelayCanBeInterrupted() {
        Transactions transactions = new Transactions(sound, Duration.ofSeconds(1), bound -> bound - 1);

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> transactions.run("try", statements -> {
                    Thread.currentThread().interrupt();
                    throw new SQLException(SECRET, "40001");
                }))
                .withMessage("The thread was interrupted before it could try.")
                .extracting(LlmException::kind)
                .isEqualTo(Kind.CANCELLED);
        assertThat(Thread.interrupted()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0",
        "PT0.000000001S, 1",
        "PT0.0005S, 1",
        "PT1S, 1",
        "PT1.000000001S, 2",
        "PT2147483646.1S, 2147483647",
        "PT2147483648S, 2147483647",
        "PT9223372036854775807.999999999S, 2147483647"
    })
    void theTimeoutIsRoundedUpToWholeSeconds(Duration timeout, int seconds) {
        assertThat(Transactions.wholeSeconds(timeout)).isEqualTo(seconds);
        assertThatCode(() -> JdbcMemoryStore.builder(sound).timeout(timeout).build())
                .doesNotThrowAnyException();
    }

    @Test
    void anUncheckedExceptionOfTheDriverIsAFailure() {
        TestSource source = database.source();
        IllegalStateException defect = new IllegalStateException(SECRET);
        source.fail(call -> call.startsWith("executeUpdate INSERT"), defect);

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> memory(source).append(KEY, Turn.of("second", "answer")))
                .withMessage("Could not append a turn: the driver or the connection pool failed"
                        + " (IllegalStateException).")
                .satisfies(e -> {
                    assertThat(e.retryable()).isFalse();
                    assertThat(e.getCause()).hasMessage("IllegalStateException").hasNoCause();
                    assertThat(e.getCause().getStackTrace()).isEqualTo(defect.getStackTrace());
                });
        assertThat(texts()).containsExactly("first", "answer");
    }

    @ParameterizedTest
    @CsvSource({
        "08001, CONNECTION, true",
        "57P01, CONNECTION, true",
        "57014, TIMEOUT, true",
        "HYT00, TIMEOUT, true",
        "40P01, SERVER, true",
        "28P01, CONFIGURATION, false",
        "42P01, CONFIGURATION, false",
        "3D000, CONFIGURATION, false",
        "53300, OVERLOADED, true",
        "22001, SERVER, false",
        "XX000, SERVER, false",
        ", SERVER, false"
    })
    void theSqlStateDecidesTheKind(String state, Kind kind, boolean retryable) {
        LlmException failure = SqlFailures.of("try", new SQLException(SECRET, state));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.retryable()).isEqualTo(retryable);
        assertThat(failure).hasMessageStartingWith("Could not try: ").hasMessageNotContaining("secret");
    }

    @Test
    void theTypeDecidesIfThereIsNoState() {
        assertThat(SqlFailures.of("try", new SQLTransientConnectionException(SECRET))
                        .kind())
                .isEqualTo(Kind.CONNECTION);
        assertThat(SqlFailures.of("try", new SQLTimeoutException(SECRET)).kind())
                .isEqualTo(Kind.TIMEOUT);
        assertThat(SqlFailures.of("try", new SQLTransientException(SECRET)).retryable())
                .isTrue();
    }

    @Test
    void withoutItsTablesTheMessageSaysHowToCreateThem() {
        JdbcMemoryStore store = JdbcMemoryStore.create(sound);

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> store.get("n", "k"))
                .withMessageContaining("call createTables()")
                .extracting(LlmException::kind)
                .isEqualTo(Kind.CONFIGURATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1a", "a b", "a;b", "a.b", "a'", "ä", "abcdefghijklmnopqrstu"})
    void aPrefixThatIsNotAnIdentifierIsRefused(String prefix) {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> JdbcConversationMemory.builder(sound).tablePrefix(prefix))
                .withMessageStartingWith("tablePrefix: must be");
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> JdbcMemoryStore.builder(sound).tablePrefix(prefix))
                .withMessageStartingWith("tablePrefix: must be");
    }

    @Test
    void theStatementsThatCreateTheTablesAreReturned() throws Exception {
        JdbcConversationMemory conversations = JdbcConversationMemory.create(sound);
        JdbcMemoryStore memories = JdbcMemoryStore.create(sound);
        sound.run(conversations.ddl());
        sound.run(memories.ddl());
        conversations.append(KEY, Turn.of("q", "a"));
        memories.store("n", "k", "text", "");

        assertThat(conversations.history(KEY, 9)).hasSize(2);
        assertThat(memories.get("n", "k")).isPresent();
    }
}
