package dev.postern.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads a regular expression of JavaScript's kind, as far as it can be matched in bounded time. */
final class PatternReader {
    private static final int LONGEST = 4000;
    private static final int DEEPEST = 50;
    private static final int MOST_REPEATS = 10_000;
    private static final Pattern COUNTED = Pattern.compile("\\{([0-9]{1,6})(,([0-9]{1,6})?)?\\}");

    private final String source;
    private int at;
    private int depth;
    private boolean beyond;

    PatternReader(String source) {
        this.source = source;
    }

    /** Null if the pattern is beyond what is matched here. */
    @Nullable
    PatternCode read() {
        if (source.length() > LONGEST) {
            throw broken("it is longer than " + LONGEST + " characters");
        }
        PatternPart whole = choice();
        if (at < source.length() && !beyond) {
            throw broken("there is a ) too many");
        }
        if (beyond) {
            checked(source); // by the JDK, so that what is broken is said all the same
            return null;
        }
        PatternCode code = new PatternCode();
        whole.write(code);
        code.match();
        return code;
    }

    private PatternPart choice() {
        PatternPart part = row();
        while (next('|')) {
            part = new PatternPart.Choice(part, row());
        }
        return part;
    }

    private PatternPart row() {
        List<PatternPart> parts = new ArrayList<>();
        while (at < source.length() && peek() != '|' && peek() != ')' && !beyond) {
            parts.add(repeated(one()));
        }
        return new PatternPart.Row(parts);
    }

    private PatternPart repeated(PatternPart part) {
        Matcher counted = COUNTED.matcher(source).region(at, source.length());
        PatternPart repeated;
        if (next('*')) {
            repeated = new PatternPart.Repeat(part, 0, -1);
        } else if (next('+')) {
            repeated = new PatternPart.Repeat(part, 1, -1);
        } else if (next('?')) {
            repeated = new PatternPart.Repeat(part, 0, 1);
        } else if (counted.lookingAt()) {
            at = counted.end();
            repeated = counted(part, counted);
        } else {
            return part;
        }
        next('?'); // how eager a repetition is does not matter to whether there is a match
        return repeated;
    }

    private static PatternPart counted(PatternPart part, Matcher counted) {
        int least = Integer.parseInt(counted.group(1));
        int most =
                counted.group(2) == null ? least : counted.group(3) == null ? -1 : Integer.parseInt(counted.group(3));
        if (Math.max(least, most) > MOST_REPEATS) {
            throw broken("it repeats more than " + MOST_REPEATS + " times");
        }
        if (most >= 0 && most < least) {
            throw broken("a repetition ends before it begins");
        }
        return new PatternPart.Repeat(part, least, most);
    }

    private PatternPart one() {
        char first = source.charAt(at);
        switch (first) {
            case '(' -> {
                return group();
            }
            case '[' -> {
                return new PatternPart.One(characterClass());
            }
            case '\\' -> {
                return escape();
            }
            case '*', '+', '?' -> throw broken("there is nothing to repeat");
            default -> {}
        }
        if (next('^')) {
            return new PatternPart.At(PatternCode.Edge.START);
        }
        if (next('$')) {
            return new PatternPart.At(PatternCode.Edge.END);
        }
        int point = source.codePointAt(at);
        at += Character.charCount(point);
        return new PatternPart.One(
                point == '.'
                        ? any -> any != '\n' && any != '\r' && any != 0x2028 && any != 0x2029
                        : any -> any == point);
    }

    private PatternPart group() {
        at++;
        if (next('?')) {
            Matcher named =
                    Pattern.compile("<[A-Za-z][A-Za-z0-9_]*>").matcher(source).region(at, source.length());
            if (named.lookingAt()) {
                at = named.end();
            } else if (!next(':')) {
                beyond = true; // looks around, or sets flags
                return new PatternPart.Row(List.of());
            }
        }
        if (++depth > DEEPEST) {
            throw broken("its groups are nested deeper than " + DEEPEST + " levels");
        }
        PatternPart inner = choice();
        depth--;
        if (!beyond && !next(')')) {
            throw broken("there is a ) missing");
        }
        return inner;
    }

    private PatternPart escape() {
        if (at + 1 >= source.length()) {
            throw broken("it ends within an escape");
        }
        char escaped = source.charAt(at + 1);
        if (escaped == 'b' || escaped == 'B') {
            at += 2;
            return new PatternPart.At(escaped == 'b' ? PatternCode.Edge.WORD : PatternCode.Edge.NO_WORD);
        }
        if ((escaped >= '1' && escaped <= '9') || escaped == 'k') {
            beyond = true;
            return new PatternPart.Row(List.of());
        }
        return new PatternPart.One(CharacterKinds.of(escapeText()));
    }

    /** An escape as the JDK writes it, and past it. */
    private String escapeText() {
        int begin = at;
        at += 2;
        char escaped = source.charAt(begin + 1);
        if ("pPux".indexOf(escaped) >= 0 && at < source.length() && peek() == '{') {
            int end = source.indexOf('}', at);
            if (end < 0) {
                throw broken("there is a } missing");
            }
            String inner = source.substring(at, end + 1);
            at = end + 1;
            return "\\" + (escaped == 'u' ? 'x' : escaped) + inner;
        }
        int digits = escaped == 'u' ? 4 : escaped == 'x' ? 2 : escaped == 'c' ? 1 : 0;
        at = Math.min(source.length(), at + digits);
        if (escaped == '0') {
            return "\\x00";
        }
        boolean known = "dDwWsStnrfvuxcpP".indexOf(escaped) >= 0;
        if (escaped == 'v') {
            return "\\x0B"; // to the JDK any vertical space
        }
        return known ? source.substring(begin, at) : Pattern.quote(source.substring(begin + 1, at));
    }

    /** A class in brackets; to JavaScript a bracket or two ampersands in it mean themselves. */
    private IntPredicate characterClass() {
        StringBuilder text = new StringBuilder("[");
        at++;
        if (next('^')) {
            text.append('^');
        }
        boolean empty = true;
        while (at < source.length() && peek() != ']') {
            empty = false;
            char c = source.charAt(at);
            if (c == '\\' && at + 1 < source.length()) {
                char escaped = source.charAt(at + 1);
                text.append(escaped == 'b' ? "\\x08" : "-^[]\\&".indexOf(escaped) >= 0 ? "\\" + escaped : "");
                if (escaped == 'b' || "-^[]\\&".indexOf(escaped) >= 0) {
                    at += 2;
                } else {
                    text.append(escapeText());
                }
                continue;
            }
            text.append(c == '[' || c == '&' || c == '\\' ? "\\" + c : String.valueOf(c));
            at++;
        }
        if (!next(']')) {
            throw broken("there is a ] missing");
        }
        if (empty) {
            boolean all = text.length() > 1;
            return point -> all;
        }
        return CharacterKinds.of(text.append(']').toString());
    }

    private char peek() {
        return source.charAt(at);
    }

    private boolean next(char wanted) {
        boolean there = at < source.length() && peek() == wanted;
        at += there ? 1 : 0;
        return there;
    }

    static Pattern checked(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw broken(e.getDescription());
        }
    }

    private static IllegalArgumentException broken(String why) {
        return new IllegalArgumentException(why);
    }
}
