package dev.postern.config;

import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces variables in texts, once: the value of a variable is not searched for variables.
 *
 * <p>{@code $NAME} and {@code ${NAME}} need a variable that is set. {@code ${NAME:-text}} and {@code ${NAME:=text}} are the
 * text if the variable is not set or empty; the text cannot contain a variable. {@code $$} is a dollar sign. Any other
 * dollar sign stands for itself.
 */
final class Variables {
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";
    private static final Pattern USE = Pattern.compile("\\$(?:(?<dollar>\\$)|(?<bare>" + NAME + ")|\\{(?<name>" + NAME
            + ")(?::[-=](?<default>[^}]*))?}|(?<open>\\{))");

    private final Map<String, String> environment;

    Variables(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Returns the text with its variables replaced.
     *
     * @param error creates the exception from a sentence, which contains no value of a variable
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
                        "'${' must begin a variable such as ${NAME} or ${NAME:-default}; write $$ for a dollar sign");
            }
            boolean dollar = use.group("dollar") != null;
            use.appendReplacement(expanded, Matcher.quoteReplacement(dollar ? "$" : value(use, error)));
        }
        return use.appendTail(expanded).toString();
    }

    private String value(Matcher use, Function<String, ? extends RuntimeException> error) {
        String bare = use.group("bare");
        String name = bare == null ? use.group("name") : bare;
        @Nullable String fallback = use.group("default");
        @Nullable String value = environment.get(name);
        if (fallback != null && fallback.contains("${")) {
            throw error.apply(
                    "the default of the variable " + name + " contains another variable, which is not replaced; set "
                            + name + ", or give plain text as its default");
        }
        if (fallback != null && (value == null || value.isEmpty())) {
            return fallback;
        }
        if (value == null) {
            throw error.apply(
                    "the variable " + name + " is not set; set it, or give a default as in ${" + name + ":-default}");
        }
        return value;
    }
}
