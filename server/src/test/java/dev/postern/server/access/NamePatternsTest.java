package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternsTest {
    @ParameterizedTest
    @CsvSource({
        "gpt-4o, gpt-4o, true",
        "gpt-4o, gpt-4o-mini, false",
        "*, anything, true",
        "gpt-*, gpt-, true",
        "gpt-*, a-gpt-4o, false",
        "*-mini, gpt-4o-mini, true",
        "a*b*c, a-b-b-c, true",
        "a*b*c, a-c-b, false",
        "ab*ba, aba, false",
        "*claude*sonnet*, eu.claude-4-sonnet-v1, true",
        "*claude*sonnet*, sonnet-claude, false",
    })
    void aStarStandsForAnyCharacters(String pattern, String name, boolean allowed) {
        assertThat(NamePatterns.of(List.of(pattern)).allow(name)).isEqualTo(allowed);
    }

    /** A matcher that goes back would need hours. */
    @Test
    void aLongNameIsNoWork() {
        NamePatterns patterns = NamePatterns.of(List.of("*claude*sonnet*opus*x"));
        String name = "claudesonnet".repeat(500_000) + "x";

        boolean allowed = Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> patterns.allow(name));

        assertThat(allowed).isFalse();
    }
}
