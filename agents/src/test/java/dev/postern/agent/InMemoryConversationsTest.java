package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.Message;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract and the bounds of the store in memory. */
class InMemoryConversationsTest extends ConversationMemoryContract {

    @Override
    protected ConversationMemory create(int maxTurns) {
        return InMemoryConversations.builder().maxTurns(maxTurns).clock(clock).build();
    }

    @Test
    void theLeastRecentlyUsedSessionIsDropped() {
        InMemoryConversations memory =
                InMemoryConversations.builder().maxSessions(2).build();
        memory.append(session("a"), Turn.of("q", "a"));
        memory.append(session("b"), Turn.of("q", "a"));
        memory.history(session("a"), 1);
        memory.append(session("c"), Turn.of("q", "a"));

        assertThat(memory.history(session("a"), 9)).hasSize(2);
        assertThat(memory.history(session("b"), 9)).isEmpty();
        assertThat(memory.history(session("c"), 9)).hasSize(2);
    }

    @Test
    void largeTurnsDropOtherSessionsFirstThenOlderTurns() {
        InMemoryConversations memory =
                InMemoryConversations.builder().maxCharacters(5000).build();
        Turn large = new Turn(List.of(
                Message.user(Content.image("image/png", new byte[2250])),
                Message.assistant("A cat."))); // 3000 as base64
        memory.append(session("a"), Turn.of("q", "a"));
        memory.append(session("b"), large);
        assertThat(memory.history(session("a"), 9)).hasSize(2);

        memory.append(session("b"), large);
        assertThat(memory.history(session("a"), 9)).isEmpty();
        assertThat(memory.history(session("b"), 9)).isEqualTo(large.messages());

        Turn huge = Turn.of("q", "a".repeat(6000));
        memory.append(session("b"), huge);
        assertThat(memory.history(session("b"), 9)).isEqualTo(huge.messages());
    }

    @Test
    void deletedSessionsFreeSpace() {
        InMemoryConversations memory = InMemoryConversations.builder()
                .maxCharacters(5000)
                .maxTurns(1)
                .clock(clock)
                .build();
        for (int i = 0; i < 20; i++) {
            Turn turn = Turn.of("q", "a".repeat(1500));
            memory.append(session("stays"), Turn.of("q", "a"));
            memory.append(session("turns"), turn);
            memory.append(session("turns"), turn);
            memory.append(session("gone" + i), turn);
            clock.tick(Duration.ofSeconds(1));
            assertThat(
                            i % 2 == 0
                                    ? memory.delete(session("gone" + i))
                                    : memory.cleanup(KEY.agent(), 2).deleted() == 1
                                            || memory.deleteBefore(clock.instant()) > 0)
                    .isTrue();
        }
        memory.append(session("stays"), Turn.of("q", "a"));
        memory.append(session("last"), Turn.of("q", "a".repeat(1500)));

        assertThat(memory.history(session("stays"), 9)).hasSize(2);
    }

    @Test
    void anIdleSessionIsDropped() {
        InMemoryConversations memory = InMemoryConversations.builder()
                .maxIdle(Duration.ofMinutes(10))
                .clock(clock)
                .build();
        memory.append(session("read"), Turn.of("q", "a"));
        memory.append(session("left"), Turn.of("q", "a"));
        clock.tick(Duration.ofMinutes(6));
        assertThat(memory.history(session("read"), 1)).hasSize(2);
        clock.tick(Duration.ofMinutes(6));

        assertThat(memory.sessions(KEY.agent()))
                .extracting(info -> info.key().session())
                .containsExactly("read");
        assertThat(memory.history(session("left"), 1)).isEmpty();
        assertThat(memory.delete(session("left"))).isFalse();
    }

    @Test
    void invalidBoundsAreRefused() {
        InMemoryConversations.Builder builder = InMemoryConversations.builder();

        assertConfiguration("maxSessions: must be at least 1, but is 0.", () -> builder.maxSessions(0));
        assertConfiguration("maxTurns: must be at least 1, but is -1.", () -> builder.maxTurns(-1));
        assertConfiguration("maxCharacters: must be at least 1, but is 0.", () -> builder.maxCharacters(0));
        assertConfiguration(
                "maxIdle: must not be negative, but is PT-1S.", () -> builder.maxIdle(Duration.ofSeconds(-1)));
    }

    private static void assertConfiguration(String message, Runnable call) {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(call::run)
                .withMessage(message)
                .extracting(LlmException::kind)
                .isEqualTo(LlmException.Kind.CONFIGURATION);
    }
}
