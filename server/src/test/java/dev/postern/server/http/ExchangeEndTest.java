package dev.postern.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExchangeEndTest {
    private final Logger logger =
            Logger.getLogger("dev.postern.server"); // kept, because a collected logger loses its level
    private final List<String> happened = new ArrayList<>();
    private final ExchangeEnd end = new ExchangeEnd();

    @BeforeEach
    void quiet() {
        logger.setLevel(Level.OFF);
    }

    @AfterEach
    void loud() {
        logger.setLevel(null);
    }

    @Test
    void theActionsRunOnceAndInTheirOrder() {
        end.whenEnded(() -> happened.add("last"));
        end.atEnd(() -> happened.add("first"));
        end.atEnd(() -> happened.add("second"));
        end.happen();
        end.happen();
        end.gone();

        assertThat(happened).containsExactly("first", "second", "last");
        assertThat(end.hasHappened()).isTrue();
    }

    @Test
    void anActionThatThrowsKeepsNoOtherFromRunning() {
        end.onGone(() -> {
            happened.add("gone");
            throw new IllegalStateException("for a test");
        });
        end.atEnd(() -> {
            throw new StackOverflowError("for a test");
        });
        end.whenEnded(() -> happened.add("last"));
        end.gone();

        assertThat(happened).containsExactly("gone", "last");
    }

    @Test
    void aLogThatFailsKeepsNoActionFromRunning() {
        Filter failing = line -> {
            throw new IllegalStateException("the disk is full");
        };
        logger.setLevel(null);
        logger.setFilter(failing);
        try {
            end.atEnd(() -> {
                throw new IllegalStateException("for a test");
            });
            end.whenEnded(() -> happened.add("last"));
            end.happen();
        } finally {
            logger.setFilter(null);
        }

        assertThat(happened).containsExactly("last");
    }

    @Test
    void anActionAfterTheEndRunsAtOnce() {
        end.happen();
        end.atEnd(() -> happened.add("late"));

        assertThat(happened).containsExactly("late");
    }
}
