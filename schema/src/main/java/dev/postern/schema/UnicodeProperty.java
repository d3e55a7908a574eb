package dev.postern.schema;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The character properties for <code>\p{…}</code> in a pattern, with their ECMAScript names. Names of other languages are
 * accepted if they are unambiguous. The POSIX classes of the JDK are not supported, since they are ASCII only.
 */
final class UnicodeProperty {
    /** General categories, in the order of the JDK's numbers; 17 is not used. */
    private static final List<String> CATEGORIES = List.of(
            "Cn Unassigned",
            "Lu Uppercase_Letter",
            "Ll Lowercase_Letter",
            "Lt Titlecase_Letter",
            "Lm Modifier_Letter",
            "Lo Other_Letter",
            "Mn Nonspacing_Mark",
            "Me Enclosing_Mark",
            "Mc Spacing_Mark",
            "Nd Decimal_Number digit",
            "Nl Letter_Number",
            "No Other_Number",
            "Zs Space_Separator",
            "Zl Line_Separator",
            "Zp Paragraph_Separator",
            "Cc Control cntrl",
            "Cf Format",
            "",
            "Co Private_Use",
            "Cs Surrogate",
            "Pd Dash_Punctuation",
            "Ps Open_Punctuation",
            "Pe Close_Punctuation",
            "Pc Connector_Punctuation",
            "Po Other_Punctuation",
            "Sm Math_Symbol",
            "Sc Currency_Symbol",
            "Sk Modifier_Symbol",
            "So Other_Symbol",
            "Pi Initial_Punctuation",
            "Pf Final_Punctuation");

    private static final List<String> GROUPS = List.of(
            "L Letter",
            "M Mark Combining_Mark",
            "N Number",
            "Z Separator",
            "C Other",
            "P Punctuation punct",
            "S Symbol");

    private static final Map<String, Integer> MASKS = masks();

    private static final Map<String, IntPredicate> BINARY = Map.ofEntries(
            Map.entry("Any", point -> true),
            Map.entry("ASCII", point -> point < 0x80),
            Map.entry("ASCII_Hex_Digit", UnicodeProperty::isHex),
            Map.entry("AHex", UnicodeProperty::isHex),
            Map.entry("Alphabetic", Character::isAlphabetic),
            Map.entry("Alpha", Character::isAlphabetic),
            Map.entry("Assigned", point -> Character.getType(point) != Character.UNASSIGNED),
            Map.entry("Ideographic", Character::isIdeographic),
            Map.entry("Ideo", Character::isIdeographic),
            Map.entry("Lowercase", Character::isLowerCase),
            Map.entry("Lower", Character::isLowerCase),
            Map.entry("Uppercase", Character::isUpperCase),
            Map.entry("Upper", Character::isUpperCase),
            Map.entry("White_Space", UnicodeProperty::isWhite),
            Map.entry("space", UnicodeProperty::isWhite));

    private static final Set<String> CATEGORY_KEYS = Set.of("General_Category", "gc");

    private static final Set<String> SCRIPT_KEYS = Set.of("Script", "sc");

    private UnicodeProperty() {}

    private static Map<String, Integer> masks() {
        Map<String, Integer> masks = new HashMap<>();
        for (int type = 0; type < CATEGORIES.size(); type++) {
            for (String name : CATEGORIES.get(type).split(" ", -1)) {
                masks.put(name, 1 << type);
            }
        }
        Map<String, Integer> groups = new HashMap<>();
        for (String names : GROUPS) {
            int mask = 0;
            for (Map.Entry<String, Integer> one : masks.entrySet()) {
                boolean isCode = one.getKey().length() == 2;
                mask |= isCode && one.getKey().charAt(0) == names.charAt(0) ? one.getValue() : 0;
            }
            for (String name : names.split(" ", -1)) {
                groups.put(name, mask);
            }
        }
        int cased = 1 << Character.UPPERCASE_LETTER | 1 << Character.LOWERCASE_LETTER | 1 << Character.TITLECASE_LETTER;
        groups.put("LC", cased);
        groups.put("Cased_Letter", cased);
        masks.putAll(groups);
        masks.remove("");
        return Map.copyOf(masks);
    }

    /** The characters with a property, such as {@code Letter} or {@code Script=Greek}; null if it is unknown. */
    static @Nullable CharacterSet of(String name) {
        int equals = name.indexOf('=');
        if (equals >= 0) {
            String key = name.substring(0, equals);
            String value = name.substring(equals + 1);
            return CATEGORY_KEYS.contains(key) ? category(value) : SCRIPT_KEYS.contains(key) ? script(value) : null;
        }
        CharacterSet known = named(name);
        return known == null && name.startsWith("Is") ? named(name.substring(2)) : known;
    }

    private static @Nullable CharacterSet named(String name) {
        IntPredicate binary = BINARY.get(name);
        CharacterSet category = category(name);
        return binary != null ? CharacterSet.of(binary) : category != null ? category : script(name);
    }

    private static @Nullable CharacterSet category(String name) {
        Integer mask = MASKS.get(name);
        return mask == null ? null : CharacterSet.of(point -> (mask >> Character.getType(point) & 1) != 0);
    }

    private static @Nullable CharacterSet script(String name) {
        try {
            Character.UnicodeScript script = Character.UnicodeScript.forName(name);
            return CharacterSet.of(point -> Character.UnicodeScript.of(point) == script);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isHex(int point) {
        return point < 0x80 && Character.digit(point, 16) >= 0;
    }

    private static boolean isWhite(int point) {
        return (point >= 9 && point <= 13) || point == 0x85 || Character.isSpaceChar(point);
    }
}
