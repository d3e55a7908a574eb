package dev.postern.schema;

import org.jspecify.annotations.Nullable;

/** Reads one character of an ECMAScript regular expression: a literal, an escape, or a class in brackets. */
final class CharacterReader {
    private static final int MAX_NAME_LENGTH = 100;

    private static final CharacterSet DIGITS = CharacterSet.ranges('0', '9');
    private static final CharacterSet WORD = CharacterSet.ranges('0', '9', 'A', 'Z', '_', '_', 'a', 'z');
    /** White space and line terminators of ECMAScript; {@code \s} of the JDK is ASCII only. */
    private static final CharacterSet SPACE = CharacterSet.of(point -> (point >= 9 && point <= 13)
            || point == 0xFEFF
            || point == 0x2028
            || point == 0x2029
            || Character.getType(point) == Character.SPACE_SEPARATOR);

    private final PatternSource source;

    CharacterReader(PatternSource source) {
        this.source = source;
    }

    /** A literal. Unpaired surrogates are unsupported, since engines differ. */
    @Nullable
    CharacterSet literal() {
        int point = source.point();
        return isSurrogate(point) ? unsupported() : CharacterSet.of(point);
    }

    private static boolean isSurrogate(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }

    private @Nullable CharacterSet unsupported() {
        source.unsupported();
        return null;
    }

    /** The characters of an escape, after its backslash; null if it is unsupported. */
    @Nullable
    CharacterSet escape() {
        if (!source.more()) {
            throw PatternSource.malformed("it ends inside an escape");
        }
        int escaped = source.point();
        return switch (escaped) {
            case 'd' -> DIGITS;
            case 'D' -> DIGITS.negate();
            case 'w' -> WORD;
            case 'W' -> WORD.negate();
            case 's' -> SPACE;
            case 'S' -> SPACE.negate();
            case 't' -> CharacterSet.of('\t');
            case 'n' -> CharacterSet.of('\n');
            case 'r' -> CharacterSet.of('\r');
            case 'f' -> CharacterSet.of('\f');
            case 'v' -> CharacterSet.of(0x0B);
            case '0' -> isDigit(source.peek()) ? unsupported() : CharacterSet.of(0);
            case 'c' -> control();
            case 'x' -> source.next('{') ? codePoint() : coded(source.hex(2));
            case 'u' -> source.next('{') ? codePoint() : unit();
            case 'p' -> property();
            case 'P' -> negated(property());
            default ->
                isLetter(escaped) || isDigit(escaped) || isSurrogate(escaped)
                        ? unsupported() // a back reference, or an escape of another dialect
                        : CharacterSet.of(escaped);
        };
    }

    private static @Nullable CharacterSet negated(@Nullable CharacterSet set) {
        return set == null ? null : set.negate();
    }

    private static boolean isDigit(int point) {
        return point >= '0' && point <= '9';
    }

    private static boolean isLetter(int point) {
        return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
    }

    private @Nullable CharacterSet control() {
        return isLetter(source.peek()) ? CharacterSet.of(source.point() % 32) : unsupported();
    }

    private @Nullable CharacterSet coded(int point) {
        return point < 0 || point > Character.MAX_CODE_POINT || isSurrogate(point)
                ? unsupported()
                : CharacterSet.of(point);
    }

    private @Nullable CharacterSet codePoint() {
        String digits = source.braced();
        boolean hex = digits.length() <= 8 && digits.matches("[0-9A-Fa-f]+");
        return coded(hex ? (int) Math.min(Long.parseLong(digits, 16), Integer.MAX_VALUE) : -1);
    }

    /** Four digits; two escapes can be the surrogate pair of one character. */
    private @Nullable CharacterSet unit() {
        int unit = source.hex(4);
        if (unit < Character.MIN_HIGH_SURROGATE || unit > Character.MAX_HIGH_SURROGATE) {
            return coded(unit);
        }
        int low = source.next('\\') && source.next('u') ? source.hex(4) : -1;
        return low >= Character.MIN_LOW_SURROGATE && low <= Character.MAX_LOW_SURROGATE
                ? CharacterSet.of(Character.toCodePoint((char) unit, (char) low))
                : unsupported();
    }

    private @Nullable CharacterSet property() {
        if (!source.next('{')) { // \pL as in Java
            return isLetter(source.peek())
                    ? known(UnicodeProperty.of(Character.toString(source.point())))
                    : unsupported();
        }
        String name = source.braced();
        return known(name.length() > MAX_NAME_LENGTH ? null : UnicodeProperty.of(name));
    }

    private @Nullable CharacterSet known(@Nullable CharacterSet property) {
        return property == null ? unsupported() : property;
    }

    /** A class, after its opening bracket. In ECMAScript, [ and && inside a class are literals. */
    @Nullable
    CharacterSet characterClass() {
        boolean negated = source.next('^');
        CharacterSet.Builder all = new CharacterSet.Builder();
        while (source.more() && source.peek() != ']') {
            CharacterSet first = atom();
            if (first == null) {
                return null;
            }
            boolean dash = source.peek() == '-' && !source.rest().startsWith("-]");
            CharacterSet last = dash ? dashed() : first;
            if (last == null) {
                return null;
            }
            if (dash && first.single() >= 0 && last.single() >= 0) {
                if (first.single() > last.single()) {
                    throw PatternSource.malformed("the end of a character range is before its start");
                }
                all.add(first.single(), last.single());
            } else {
                all.add(first);
                if (dash) { // next to a set such as \w the dash is a literal
                    all.add('-', '-');
                    all.add(last);
                }
            }
        }
        if (!source.next(']')) {
            throw PatternSource.malformed("a ] is missing");
        }
        return all.build(negated);
    }

    private @Nullable CharacterSet dashed() {
        source.skip(1);
        if (!source.more()) {
            throw PatternSource.malformed("a ] is missing");
        }
        return atom();
    }

    private @Nullable CharacterSet atom() {
        if (source.next('\\')) {
            return source.next('b') ? CharacterSet.of('\b') : escape();
        }
        return literal();
    }
}
