package dev.postern.config;

import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts variables into texts, once: what a variable holds is not looked at again.
 *
 * <p>{@code $NAME} and {@code ${NAME}} want a variable that is set; {@code ${NAME:-text}} and {@code ${NAME:=text}} mean
 * the text if it is not, or is empty, which holds no variable itself; {@code $$} is a dollar. Any other dollar stands for itself.
 */
final class Variables {
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";
    private static final Pattern USE = Pattern.compile("\\$(?:(?<dollar>\\$)|(?<bare>" + NAME + ")|\\{(?<name>" + NAME
            + ")(?::[-=](?<absent>[^}]*))?}|(?<open>\\{))");

    private final Map<String, String> environment;

    Variables(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * The text with its variables.
     *
     * @param error makes the failure of a sentence, which shows the names of variables alone
     */
    String expand(String text, Function<String, ? extends RuntimeException> error) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        Matcher use = USE.matcher(text);
        StringBuilder expanded = new StringBuilder();
        while (use.find()) {
            if (use.group("open") != null) {
                throw error.apply(
                        "'${' begins a variable such as ${NAME} or ${NAME:-default}, but what follows is none;"
                                + " write $$ for a dollar");
            }
            boolean dollar = use.group("dollar") != null;
            use.appendReplacement(expanded, Matcher.quoteReplacement(dollar ? "$" : value(use, error)));
        }
        return use.appendTail(expanded).toString();
    }

    private String value(Matcher use, Function<String, ? extends RuntimeException> error) {
        String bare = use.group("bare");
        String name = bare == null ? use.group("name") : bare;
        @Nullable String absent = use.group("absent");
        @Nullable String value = environment.get(name);
        if (absent != null && absent.contains("${")) {
            throw error.apply(
                    "the default of the variable " + name + " holds another variable, which is not put in; set " + name
                            + " itself, or give a plain text as its default");
        }
        if (absent != null && (value == null || value.isEmpty())) {
            return absent;
        }
        if (value == null) {
            throw error.apply(
                    "the variable " + name + " is not set; set it, or give a default as in ${" + name + ":-default}");
        }
        return value;
    }
}
