package dev.postern.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the keywords for single values: types, constants, numbers and text. */
final class ValueKeywords {
    private ValueKeywords() {}

    static void types(Keywords keywords, List<Rule> rules) {
        if (!keywords.has("type")) {
            return;
        }
        List<String> types = keywords.value("type") instanceof String one ? List.of(one) : keywords.texts("type");
        for (String type : types) {
            if (!TypeRule.isKnown(type)) {
                keywords.at("type").problem("unknown type " + ValuePath.quoted(type));
                return;
            }
        }
        if (!types.isEmpty()) {
            rules.add(new TypeRule(List.copyOf(types)));
        }
    }

    static void values(Keywords keywords, List<Rule> rules) {
        if (keywords.has("enum")) {
            rules.add(ValueRule.of(keywords.list("enum")));
        }
        if (keywords.has("const")) {
            List<@Nullable Object> only = new ArrayList<>();
            only.add(keywords.value("const"));
            rules.add(ValueRule.of(only));
        }
    }

    static void numbers(Keywords keywords, List<Rule> rules) {
        for (NumberRule.Keyword keyword : NumberRule.Keyword.values()) {
            if (keyword.isExclusive() && keywords.value(keyword.word()) instanceof Boolean) {
                continue; // draft 4: a flag that makes the bound exclusive
            }
            NumberRule.Keyword exclusive = keyword.exclusive();
            boolean flagged = exclusive != null && Boolean.TRUE.equals(keywords.value(exclusive.word()));
            NumberRule.Keyword meant = exclusive != null && flagged ? exclusive : keyword;
            BigDecimal operand = keywords.number(keyword.word());
            if (operand != null && keyword == NumberRule.Keyword.MULTIPLE_OF && operand.signum() <= 0) {
                keywords.at(keyword.word()).mismatch("a number, more than 0", keywords.value(keyword.word()));
            } else if (operand != null) {
                rules.add(new NumberRule(meant, operand));
            }
        }
    }

    static void text(Keywords keywords, List<Rule> rules) {
        long least = keywords.count("minLength", 0);
        long most = keywords.count("maxLength", Long.MAX_VALUE);
        TextPattern pattern = null;
        if (keywords.value("pattern") instanceof String source) {
            pattern = keywords.pattern(source, keywords.at("pattern"));
            if (pattern == null) {
                rules.add(UncheckedRule.TEXT);
            }
        } else if (keywords.has("pattern")) {
            keywords.at("pattern").mismatch("text", keywords.value("pattern"));
        }
        if (least > 0 || most < Long.MAX_VALUE || pattern != null) {
            rules.add(new TextRule(least, most, pattern));
        }
    }
}
