package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns that cannot hang, judged by those of the JDK that can. */
class TextPatternTest {

    private static boolean finds(String pattern, String text) {
        TextPattern read = TextPattern.of(pattern);
        assertThat(read).as(pattern).isNotNull();
        return read.find(text) == TextPattern.Outcome.FOUND;
    }

    @RepeatedTest(20)
    void findsWhatTheJdkFinds(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        for (int i = 0; i < 300; i++) {
            String pattern = pattern(random, 3);
            Pattern judge = Pattern.compile(pattern);
            for (int j = 0; j < 5; j++) {
                StringBuilder text = new StringBuilder();
                for (int k = random.nextInt(8); k > 0; k--) {
                    text.append("abc1 ".charAt(random.nextInt(5)));
                }
                assertThat(finds(pattern, text.toString()))
                        .as(pattern + " in '" + text + "'")
                        .isEqualTo(judge.matcher(text).find());
            }
        }
    }

    private static String pattern(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 6 : 12)) {
            case 0 -> "a";
            case 1 -> "b";
            case 2 -> "[ab]";
            case 3 -> "[^b-c]";
            case 4 -> "\\d";
            case 5 -> ".";
            case 6 -> pattern(random, depth - 1) + pattern(random, depth - 1);
            case 7 -> "(" + pattern(random, depth - 1) + "|" + pattern(random, depth - 1) + ")";
            case 8 -> "(?:" + pattern(random, depth - 1) + ")*?";
            case 9 -> "(?:" + pattern(random, depth - 1) + "){1,3}";
            case 10 -> "^" + pattern(random, depth - 1);
            default -> "\\b(?:" + pattern(random, depth - 1) + ")+$";
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "^[0-9]{4}-[0-9]{2}$ 2026-01 true",
                "^[0-9]{4}-[0-9]{2}$ 2026-1 false",
                "^(?:[a-z]+\\.)+[a-z]{2,}$ a.example.com true",
                "^\\p{L}+$ Zürich true",
                "^\\p{Lu} zürich false",
                "^[\\w.+-]+@[\\w-]+$ a.b+c@d true",
                "^\\u{1F600}$ 😀 true",
                "^.$ 😀 true",
                "^\\u0041\\x42$ AB true",
                "^[[a]$ [ true",
                "^[a&&b]$ & true",
                "^[^\\]]$ ] false",
                "^[\\-^]$ - true",
                "[] a false",
                "[^] a true",
                "^{$ { true",
                "^a{,2}$ a{,2} true",
                "^\\/$ / true",
                "(?<year>2026) 2026 true",
                "^$ `` true",
                "a|^$ b false",
                "\\Bb ab true",
                "\\Bb b false",
            })
    void readsWhatIsUsual(String pattern, String text, boolean found) {
        assertThat(finds(pattern, text)).isEqualTo(found);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+$",
                "(a|a)*b",
                "(a|aa)+$",
                "(.*)*x",
                "(a?){50}a{50}",
                "((a{1,40}){1,10}){1,10}b",
                "(|){30}(||){30}x",
                "^(([a-z])+.)+[A-Z]([a-z])+$"
            })
    void aHostilePatternEndsSoon(String pattern) {
        assertThat(finds(pattern, "a".repeat(400) + "!")).isEqualTo(pattern.equals("(a?){50}a{50}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                ")",
                "[a",
                "a**",
                "*",
                "a{3,2}",
                "a{99999}",
                "(a{1000}){1000}",
                "\\",
                "[z-a]",
                "\\p{Nope}",
                "\\p{L",
                "(((a{100}){100}){100}){100}"
            })
    void aBrokenOneIsRefused(String pattern) {
        assertThatThrownBy(() -> TextPattern.of(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatRepeatsNothingIsWrittenOnce() {
        assertThat(finds("((((){9999}){9999}){9999}){9999}", "")).isTrue();
        assertThat(finds("((((){9}){9999}){9999}){9999}b", "aab")).isTrue();
        assertThatThrownBy(() -> TextPattern.of("((((){0,99}){9999}){9999}){9999}"))
                .hasMessage("it is too large");
    }

    @Test
    void aVeryLargeOneIsRefusedAtOnce() {
        assertThatThrownBy(() -> TextPattern.of("a".repeat(5000))).hasMessageContaining("longer than 4000");
        assertThatThrownBy(() -> TextPattern.of("(".repeat(1000) + ")".repeat(1000)))
                .hasMessageContaining("nested deeper");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?=a)b", "(?!a)b", "(?<=a)b", "(?<!a)b", "(a)\\1", "(?<x>a)\\k<x>", "(?i)a"})
    void whatLooksAroundIsNotChecked(String pattern) {
        assertThat(TextPattern.of(pattern)).isNull();
    }

    @Test
    void aTextThatIsTooLongForItsPatternIsSaid() {
        TextPattern pattern = TextPattern.of("(a|b){500}x");

        assertThat(pattern.find("a".repeat(1_000_000))).isEqualTo(TextPattern.Outcome.TOO_LONG);
    }
}
