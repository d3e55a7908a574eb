package dev.postern.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads an ECMAScript regular expression; refuses parts that cannot be matched in bounded time. */
final class PatternReader {
    private static final int MAX_LENGTH = 4000;
    private static final int MAX_DEPTH = 50;
    private static final int MAX_REPEATS = 10_000;
    private static final int MAX_DIGITS = 6;
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
        isLong = text.length() > MAX_LENGTH;
    }

    /**
     * Compiles the pattern; null if it is unsupported or too large.
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
            throw PatternSource.malformed("unmatched )");
        }
        if (source.isUnsupported()) {
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
        PatternPart part = sequence();
        while (source.next('|')) {
            part = new PatternPart.Choice(part, sequence());
        }
        return part;
    }

    private PatternPart sequence() {
        List<PatternPart> parts = new ArrayList<>();
        while (source.more() && source.peek() != '|' && source.peek() != ')') {
            parts.add(repeated(item()));
        }
        return new PatternPart.Sequence(parts);
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
                return part; // the brace is a literal
            }
            source.skip(counted.end());
            repeated = counted(part, counted);
        }
        if (source.next('+')) {
            source.unsupported(); // possessive quantifier of Java
        }
        source.next('?'); // lazy or greedy makes no difference to whether there is a match
        return repeated;
    }

    private PatternPart counted(PatternPart part, Matcher counted) {
        int least = count(counted.group(1));
        boolean exactly = counted.group(2) == null;
        int most = exactly ? least : counted.group(3).isEmpty() ? -1 : count(counted.group(3));
        if (Math.max(least, most) > MAX_REPEATS) {
            source.unsupported();
        }
        if (most >= 0 && most < least) {
            throw PatternSource.malformed("the maximum of a repetition is below its minimum");
        }
        return new PatternPart.Repeat(part, least, most);
    }

    private static int count(String digits) {
        return digits.length() > MAX_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    private PatternPart item() {
        if (source.next('(')) {
            return group();
        }
        if (source.next('[')) {
            return part(characters.characterClass());
        }
        if (source.next('\\')) {
            return source.next('b')
                    ? new PatternPart.Position(PatternCode.Assertion.WORD_BOUNDARY)
                    : source.next('B')
                            ? new PatternPart.Position(PatternCode.Assertion.NO_WORD_BOUNDARY)
                            : part(characters.escape());
        }
        char next = source.peek();
        if (next == '*'
                || next == '+'
                || next == '?'
                || (next == '{' && COUNTED.matcher(source.rest()).lookingAt())) {
            throw PatternSource.malformed("nothing to repeat");
        }
        if (source.next('^')) {
            return new PatternPart.Position(PatternCode.Assertion.START);
        }
        if (source.next('$')) {
            return new PatternPart.Position(PatternCode.Assertion.END);
        }
        return part(source.next('.') ? LINE_ENDS.negate() : characters.literal());
    }

    /** An empty sequence if the characters are unsupported. */
    private static PatternPart part(@Nullable CharacterSet set) {
        return set == null ? new PatternPart.Sequence(List.of()) : new PatternPart.OneOf(set);
    }

    private PatternPart group() {
        if (source.next('?')) {
            Matcher named = NAMED.matcher(source.rest());
            if (named.lookingAt()) {
                source.skip(named.end());
            } else if (!source.next(':')) {
                source.unsupported(); // look-around or flags
            }
        }
        if (++depth > MAX_DEPTH) {
            source.unsupported();
        }
        PatternPart inner = choice();
        depth--;
        if (!source.next(')') && !source.isUnsupported()) {
            throw PatternSource.malformed("a ) is missing");
        }
        return inner;
    }
}
