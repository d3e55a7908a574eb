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

/** Compares the bounded patterns with java.util.regex. */
class TextPatternTest {

    private static boolean finds(String pattern, String text) {
        TextPattern read = TextPattern.of(pattern);
        assertThat(read).as(pattern).isNotNull();
        return read.find(text, new CheckContext(text)) == TextPattern.Outcome.FOUND;
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
    void commonPatternsAreSupported(String pattern, String text, boolean found) {
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
    void aHostilePatternHasBoundedTime(String pattern) {
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
                "a{2}{3}",
                "{2}",
                "\\",
                "[z-a]",
                "[a-",
                "[\\u{1F601}-\\u{1F600}]",
                "\\p{L",
                "\\u{41",
            })
    void aMalformedPatternIsRefused(String pattern) {
        assertThatThrownBy(() -> TextPattern.of(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRepeatedEmptyPartIsCompiledOnce() {
        assertThat(finds("((((){9999}){9999}){9999}){9999}", "")).isTrue();
        assertThat(finds("((((){9}){9999}){9999}){9999}b", "aab")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?=a)b",
                "(?!a)b",
                "(?<=a)b",
                "(?<!a)b",
                "(?<=a+)b",
                "(?<=(a|bc)*)d",
                "(?>a)b",
                "(?i)a",
                "(?i:a)",
                "(?P<x>a)",
                "(?<año>a)",
                "(a)\\1",
                "(?<x>a)\\k<x>",
                "a++",
                "a{2}+",
                "\\p{Nope}",
                "\\p{Extended_Pictographic}",
                "\\p{Emoji}",
                "\\p{Script_Extensions=Greek}",
                "\\p{Script=Nope}",
                "\\p{gc=Nope}",
                "\\p{Punct}",
                "[\\p{Nope}a-z]",
                "\\A",
                "\\Z",
                "\\Qa\\E",
                "\\u00",
                "\\x4",
                "\\c1",
                "\\u{110000}",
                "\\uD83D",
                "[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]",
                "\uD83D",
                "a{99999}",
                "a{99999999999}",
                "(a{1000}){1000}",
                "(((a{100}){100}){100}){100}",
                "((((){0,99}){9999}){9999}){9999}",
                "(?=a)(",
            })
    void anUnsupportedPatternIsNotChecked(String pattern) {
        assertThat(TextPattern.of(pattern)).isNull();
    }

    @Test
    void aVeryLargePatternIsNotChecked() {
        assertThat(TextPattern.of("a".repeat(5000))).isNull();
        assertThat(TextPattern.of("(".repeat(1000) + ")".repeat(1000))).isNull();
    }

    private static final String SPACES =
            "\t\n\u000B\f\r \u00A0\u1680\u2000\u2003\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF";

    @Test
    void whiteSpaceIsThatOfEcmaScript() {
        SPACES.codePoints().forEach(point -> {
            String text = Character.toString(point);
            assertThat(finds("^\\s$", text)).as("U+%04X", point).isTrue();
            assertThat(finds("^[\\s]$", text)).as("U+%04X", point).isTrue();
            assertThat(finds("\\S", text)).as("U+%04X", point).isFalse();
            assertThat(finds("[^\\s]", text)).as("U+%04X", point).isFalse();
        });
        "a\u0000\u0085\u180E\u200B_"
                .codePoints()
                .forEach(point -> assertThat(finds("\\s", Character.toString(point)))
                        .as("U+%04X", point)
                        .isFalse());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "^\\p{Letter}+$ Zürich true",
                "^\\p{Letter}cole$ École true",
                "^\\p{Letter}$ 1 false",
                "^\\p{L}\\p{Lu}\\p{Uppercase_Letter}$ éÉÉ true",
                "^\\p{General_Category=Uppercase_Letter}$ É true",
                "^\\p{gc=Lu}$ é false",
                "^\\p{Alpha}+$ é true",
                "^\\p{Alphabetic}+$ ж true",
                "^\\p{Lower}$ é true",
                "^\\p{Lower}$ É false",
                "^\\p{Upper}$ É true",
                "^\\p{digit}+$ ৪২ true",
                "^\\p{Nd}$ ৪ true",
                "^\\d$ ৪ false",
                "^\\w$ é false",
                "^\\p{punct}$ ¿ true",
                "^\\p{Script=Greek}+$ λόγος true",
                "^\\p{sc=Latin}$ λ false",
                "^\\p{IsLatin}+$ é true",
                "^\\p{Han}$ 漢 true",
                "^\\pL$ é true",
                "^\\P{L}$ 1 true",
                "^\\P{L}$ é false",
                "^[\\p{L}\\p{Nd}_-]+$ é৪_- true",
                "^[^\\p{L}]$ é false",
                "^[^\\P{L}]$ é true",
                "^[\\W]$ é true",
                "^[\\w-.]+$ a-. true",
                "^[a-\\d]+$ a-7 true",
                "^[+--]+$ ,- true",
                "^[\\x41-\\u0043]$ B true",
                "^[\\cJ]$ c false",
                "^\\uD83D\\uDE00$ 😀 true",
                "^[\\uD83D\\uDE00-\\uD83D\\uDE4F]$ 😂 true",
                "^[😀-😏]$ 😐 false",
                "^[😀-😏]$ 😃 true",
                "^🐲*$ 🐲🐲 true",
                "^\\u{1F600}$ 😀 true",
                "^\\x{1F600}$ 😀 true",
                "^(?<$x>a)$ a true",
                "^[(?=]$ ? true",
                "^\\-\\_\\@$ -_@ true",
                "^a{2}?$ aa true",
            })
    void characterClassesAreThoseOfEcmaScript(String pattern, String text, boolean found) {
        assertThat(finds(pattern, text)).isEqualTo(found);
    }

    @Test
    void controlCharactersAndLineTerminatorsAreMatched() {
        assertThat(finds("^\\cc\\cC[\\ck]$", "\u0003\u0003\u000B")).isTrue();
        assertThat(finds("^[\\b]\\0\\v$", "\b\u0000\u000B")).isTrue();
        assertThat(finds("^.$", "\u2028")).isFalse();
        assertThat(finds("^.$", "\u0085")).isTrue();
    }

    @Test
    void aSearchStopsWhenTheBudgetIsSpent() {
        TextPattern pattern = TextPattern.of("(a|b){500}x");
        CheckContext check = new CheckContext("a");

        assertThat(pattern).isNotNull();
        assertThat(pattern.find("a".repeat(1_000_000), check)).isEqualTo(TextPattern.Outcome.UNCHECKED);
        assertThat(pattern.find("x", check)).isEqualTo(TextPattern.Outcome.UNCHECKED);
        assertThat(pattern.find("x", new CheckContext("x"))).isEqualTo(TextPattern.Outcome.ABSENT);
    }

    /** States of unused repetitions have no cost at each character. */
    @Test
    void aLongTextIsCheckedAgainstACountedRepetition() {
        String text = "a".repeat(9_000);

        assertThat(finds("^[a-z]{1,9000}$", text)).isTrue();
        assertThat(finds("^[a-z]{1,8999}$", text)).isFalse();
    }
}
