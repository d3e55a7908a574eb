package dev.postern.schema;

import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/** Kinds of characters, read by the JDK and used one character at a time, which takes no time to speak of. */
final class CharacterKinds {
    private static final int QUICK = 128;

    private CharacterKinds() {}

    /** What a class or an escape of the JDK's means. */
    static IntPredicate of(String text) {
        Pattern pattern = PatternReader.checked(text);
        BitSet quick = new BitSet(QUICK);
        for (int point = 0; point < QUICK; point++) {
            quick.set(point, matches(pattern, point));
        }
        return point -> point < QUICK ? quick.get(point) : matches(pattern, point);
    }

    private static boolean matches(Pattern pattern, int point) {
        return pattern.matcher(Character.toString(point)).matches();
    }
}
