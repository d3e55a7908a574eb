package dev.postern.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a regular expression of ECMAScript, as far as it can be matched in bounded time. */
final class PatternReader {
    private static final int LONGEST = 4000;
    private static final int DEEPEST = 50;
    private static final int MOST_REPEATS = 10_000;
    private static final int MOST_DIGITS = 6;
    private static final Pattern COUNTED = Pattern.compile("\\{([0-9]+)(,([0-9]*))?\\}");
    private static final Pattern NAMED = Pattern.compile("<[A-Za-z_$][A-Za-z0-9_$]*>");
    private static final CharacterSet LINE_ENDS = CharacterSet.ranges('\n', '\n', '\r', '\r', 0x2028, 0x2029);

    private final PatternSource source;
    private final CharacterReader characters;
    private final boolean isLong;
    private int depth;

    PatternReader(String text) {
        source = new PatternSource(text);
        characters = new CharacterReader(source);
        isLong = text.length() > LONGEST;
    }

    /**
     * Null if the pattern is beyond what is matched here, or too large.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    @Nullable
    PatternCode read() {
        if (isLong) {
            return null;
        }
        PatternPart whole = choice();
        if (source.more()) {
            throw PatternSource.malformed("there is a ) too many");
        }
        if (source.isBeyond()) {
            return null;
        }
        try {
            PatternCode code = new PatternCode();
            whole.write(code);
            code.match();
            return code;
        } catch (PatternCode.TooLarge e) {
            return null;
        }
    }

    private PatternPart choice() {
        PatternPart part = row();
        while (source.next('|')) {
            part = new PatternPart.Choice(part, row());
        }
        return part;
    }

    private PatternPart row() {
        List<PatternPart> parts = new ArrayList<>();
        while (source.more() && source.peek() != '|' && source.peek() != ')') {
            parts.add(repeated(one()));
        }
        return new PatternPart.Row(parts);
    }

    private PatternPart repeated(PatternPart part) {
        PatternPart repeated;
        if (source.next('*')) {
            repeated = new PatternPart.Repeat(part, 0, -1);
        } else if (source.next('+')) {
            repeated = new PatternPart.Repeat(part, 1, -1);
        } else if (source.next('?')) {
            repeated = new PatternPart.Repeat(part, 0, 1);
        } else {
            if (source.peek() != '{') {
                return part;
            }
            Matcher counted = COUNTED.matcher(source.rest());
            if (!counted.lookingAt()) {
                return part; // the brace means itself
            }
            source.skip(counted.end());
            repeated = counted(part, counted);
        }
        if (source.next('+')) {
            source.beyond(); // possessive, as Java has it
        }
        source.next('?'); // how eager a repetition is does not matter to whether there is a match
        return repeated;
    }

    private PatternPart counted(PatternPart part, Matcher counted) {
        int least = count(counted.group(1));
        boolean exactly = counted.group(2) == null;
        int most = exactly ? least : counted.group(3).isEmpty() ? -1 : count(counted.group(3));
        if (Math.max(least, most) > MOST_REPEATS) {
            source.beyond();
        }
        if (most >= 0 && most < least) {
            throw PatternSource.malformed("a repetition ends before it begins");
        }
        return new PatternPart.Repeat(part, least, most);
    }

    private static int count(String digits) {
        return digits.length() > MOST_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    private PatternPart one() {
        if (source.next('(')) {
            return group();
        }
        if (source.next('[')) {
            return part(characters.characterClass());
        }
        if (source.next('\\')) {
            return source.next('b')
                    ? new PatternPart.At(PatternCode.Edge.WORD)
                    : source.next('B') ? new PatternPart.At(PatternCode.Edge.NO_WORD) : part(characters.escape());
        }
        char next = source.peek();
        if (next == '*'
                || next == '+'
                || next == '?'
                || (next == '{' && COUNTED.matcher(source.rest()).lookingAt())) {
            throw PatternSource.malformed("there is nothing to repeat");
        }
        if (source.next('^')) {
            return new PatternPart.At(PatternCode.Edge.START);
        }
        if (source.next('$')) {
            return new PatternPart.At(PatternCode.Edge.END);
        }
        return part(source.next('.') ? LINE_ENDS.negate() : characters.literal());
    }

    /** Nothing where the pattern is beyond what is matched. */
    private static PatternPart part(@Nullable CharacterSet set) {
        return set == null ? new PatternPart.Row(List.of()) : new PatternPart.One(set);
    }

    private PatternPart group() {
        if (source.next('?')) {
            Matcher named = NAMED.matcher(source.rest());
            if (named.lookingAt()) {
                source.skip(named.end());
            } else if (!source.next(':')) {
                source.beyond(); // looks around, or sets flags
            }
        }
        if (++depth > DEEPEST) {
            source.beyond();
        }
        PatternPart inner = choice();
        depth--;
        if (!source.next(')') && !source.isBeyond()) {
            throw PatternSource.malformed("there is a ) missing");
        }
        return inner;
    }
}
