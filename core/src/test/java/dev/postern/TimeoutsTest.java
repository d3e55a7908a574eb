package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TimeoutsTest {
    private static final Duration ONE = Duration.ofSeconds(1);
    private static final Duration TWO = Duration.ofSeconds(2);
    private static final Duration THREE = Duration.ofSeconds(3);
    private static final Duration FOUR = Duration.ofSeconds(4);

    private static final Duration FIVE = Duration.ofSeconds(5);
    private static final Duration SIX = Duration.ofSeconds(6);
    private static final Duration ZERO = Duration.ZERO;

    @Test
    void changesOneLimitAtATime() {
        Timeouts timeouts = new Timeouts(ONE, TWO, THREE, FOUR, FIVE, SIX);

        assertThat(timeouts.withConnect(ZERO)).isEqualTo(new Timeouts(ZERO, TWO, THREE, FOUR, FIVE, SIX));
        assertThat(timeouts.withResponseStart(ZERO)).isEqualTo(new Timeouts(ONE, ZERO, THREE, FOUR, FIVE, SIX));
        assertThat(timeouts.withIdle(ZERO)).isEqualTo(new Timeouts(ONE, TWO, ZERO, FOUR, FIVE, SIX));
        assertThat(timeouts.withFirstToken(ZERO)).isEqualTo(new Timeouts(ONE, TWO, THREE, ZERO, FIVE, SIX));
        assertThat(timeouts.withBetweenTokens(ZERO)).isEqualTo(new Timeouts(ONE, TWO, THREE, FOUR, ZERO, SIX));
        assertThat(timeouts.withTotal(ZERO)).isEqualTo(new Timeouts(ONE, TWO, THREE, FOUR, FIVE, ZERO));
    }

    @Test
    void limitsEverythingExceptTheTotalByDefault() {
        assertThat(Timeouts.defaults())
                .isEqualTo(new Timeouts(
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(5),
                        ZERO));
    }

    static Stream<Arguments> negatives() {
        Duration negative = Duration.ofSeconds(-1);
        return Stream.of(
                negative("connect", defaults -> defaults.withConnect(negative)),
                negative("response_start", defaults -> defaults.withResponseStart(negative)),
                negative("idle", defaults -> defaults.withIdle(negative)),
                negative("first_token", defaults -> defaults.withFirstToken(negative)),
                negative("between_tokens", defaults -> defaults.withBetweenTokens(negative)),
                negative("total", defaults -> defaults.withTotal(negative)));
    }

    private static Arguments negative(String name, UnaryOperator<Timeouts> change) {
        return arguments(name, change);
    }

    @ParameterizedTest
    @MethodSource("negatives")
    void refusesANegativeLimitAndNamesIt(String name, UnaryOperator<Timeouts> change) {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> change.apply(Timeouts.defaults()))
                .withMessage("timeouts." + name + ": must not be negative, but is PT-1S")
                .satisfies(refused -> assertThat(refused.kind()).isEqualTo(LlmException.Kind.CONFIGURATION));
    }
}
