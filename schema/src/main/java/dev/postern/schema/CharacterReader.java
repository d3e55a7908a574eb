package dev.postern.schema;

import org.jspecify.annotations.Nullable;

/** Reads what stands for one character in a regular expression of ECMAScript: escapes, and classes in brackets. */
final class CharacterReader {
    private static final int LONGEST_NAME = 100;

    private static final CharacterSet DIGITS = CharacterSet.ranges('0', '9');
    private static final CharacterSet WORD = CharacterSet.ranges('0', '9', 'A', 'Z', '_', '_', 'a', 'z');
    /** White space and line ends of ECMAScript: the JDK's own knows ASCII only. */
    private static final CharacterSet SPACE = CharacterSet.of(point -> (point >= 9 && point <= 13)
            || point == 0xFEFF
            || point == 0x2028
            || point == 0x2029
            || Character.getType(point) == Character.SPACE_SEPARATOR);

    private final PatternSource source;

    CharacterReader(PatternSource source) {
        this.source = source;
    }

    /** A character that means itself. One half of a surrogate pair means different things to different engines. */
    @Nullable
    CharacterSet literal() {
        int point = source.point();
        return isSurrogate(point) ? beyond() : CharacterSet.of(point);
    }

    private static boolean isSurrogate(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }

    private @Nullable CharacterSet beyond() {
        source.beyond();
        return null;
    }

    /** What follows a backslash; null if it is not matched here. */
    @Nullable
    CharacterSet escape() {
        if (!source.more()) {
            throw PatternSource.malformed("it ends within an escape");
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
            case '0' -> isDigit(source.peek()) ? beyond() : CharacterSet.of(0);
            case 'c' -> control();
            case 'x' -> source.next('{') ? codePoint() : coded(source.hex(2));
            case 'u' -> source.next('{') ? codePoint() : unit();
            case 'p' -> property();
            case 'P' -> negated(property());
            default ->
                isLetter(escaped) || isDigit(escaped) || isSurrogate(escaped)
                        ? beyond() // a reference, or what another language has
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
        return isLetter(source.peek()) ? CharacterSet.of(source.point() % 32) : beyond();
    }

    private @Nullable CharacterSet coded(int point) {
        return point < 0 || point > Character.MAX_CODE_POINT || isSurrogate(point) ? beyond() : CharacterSet.of(point);
    }

    private @Nullable CharacterSet codePoint() {
        String digits = source.braced();
        boolean hex = digits.length() <= 8 && digits.matches("[0-9A-Fa-f]+");
        return coded(hex ? (int) Math.min(Long.parseLong(digits, 16), Integer.MAX_VALUE) : -1);
    }

    /** Four digits are half of a character beyond U+FFFF, if the other half follows. */
    private @Nullable CharacterSet unit() {
        int unit = source.hex(4);
        if (unit < Character.MIN_HIGH_SURROGATE || unit > Character.MAX_HIGH_SURROGATE) {
            return coded(unit);
        }
        int low = source.next('\\') && source.next('u') ? source.hex(4) : -1;
        return low >= Character.MIN_LOW_SURROGATE && low <= Character.MAX_LOW_SURROGATE
                ? CharacterSet.of(Character.toCodePoint((char) unit, (char) low))
                : beyond();
    }

    private @Nullable CharacterSet property() {
        if (!source.next('{')) { // \pL, as Java has it
            return isLetter(source.peek()) ? known(UnicodeProperty.of(Character.toString(source.point()))) : beyond();
        }
        String name = source.braced();
        return known(name.length() > LONGEST_NAME ? null : UnicodeProperty.of(name));
    }

    private @Nullable CharacterSet known(@Nullable CharacterSet property) {
        return property == null ? beyond() : property;
    }

    /** A class, past its opening bracket. To ECMAScript a bracket or two ampersands in it mean themselves. */
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
                    throw PatternSource.malformed("a range of characters ends before it begins");
                }
                all.add(first.single(), last.single());
            } else {
                all.add(first);
                if (dash) { // beside \w and its kind it means itself
                    all.add('-', '-');
                    all.add(last);
                }
            }
        }
        if (!source.next(']')) {
            throw PatternSource.malformed("there is a ] missing");
        }
        return all.build(negated);
    }

    private @Nullable CharacterSet dashed() {
        source.skip(1);
        if (!source.more()) {
            throw PatternSource.malformed("there is a ] missing");
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
