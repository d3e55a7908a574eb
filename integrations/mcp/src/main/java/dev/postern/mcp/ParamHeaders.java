package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a tool that the stateless protocol repeats in headers, because the tool's schema marks them with {@value #MARK}.
 *
 * @param paths the way through {@code properties} to each parameter, by the name of its header
 */
record ParamHeaders(Map<String, List<String>> paths) {
    static final ParamHeaders NONE = new ParamHeaders(Map.of());

    private static final String MARK = "x-mcp-header";
    private static final String PREFIX = "Mcp-Param-";
    private static final int MAX_DIGITS = 1000;
    private static final Set<String> TYPES = Set.of("string", "integer", "boolean");
    /** Keywords whose values are examples of values, not schemas. */
    private static final Set<String> VALUES = Set.of("const", "enum", "default", "examples", "example");

    /**
     * Reads a schema.
     *
     * @throws LlmException of kind {@link Kind#PROTOCOL} if a mark breaks the rules; the tool must not be used then
     */
    static ParamHeaders of(Map<?, ?> schema) {
        Map<String, List<String>> paths = new LinkedHashMap<>();
        collect(schema, List.of(), true, paths);
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : paths.keySet()) {
            if (!names.add(name)) {
                throw refused("names the header " + name + " twice");
            }
        }
        return paths.isEmpty() ? NONE : new ParamHeaders(paths);
    }

    private static void collect(
            Map<?, ?> schema, List<String> path, boolean isReachable, Map<String, List<String>> paths) {
        if (schema.containsKey(MARK)) {
            add(schema, path, isReachable, paths);
        }
        schema.forEach((key, value) -> {
            String keyword = String.valueOf(key);
            if (keyword.equals("properties") && value instanceof Map<?, ?> properties) {
                properties.forEach((name, property) -> {
                    if (property instanceof Map<?, ?> inner) {
                        List<String> further = new ArrayList<>(path);
                        further.add(String.valueOf(name));
                        collect(inner, further, isReachable, paths);
                    }
                });
            } else if (!VALUES.contains(keyword)) {
                collectOther(value, paths);
            }
        });
    }

    /** Below any other keyword a mark is not allowed. */
    private static void collectOther(@Nullable Object value, Map<String, List<String>> paths) {
        if (value instanceof Map<?, ?> schema) {
            collect(schema, List.of(), false, paths);
        } else if (value instanceof List<?> list) {
            list.forEach(element -> collectOther(element, paths));
        }
    }

    private static void add(Map<?, ?> schema, List<String> path, boolean isReachable, Map<String, List<String>> paths) {
        if (!isReachable || path.isEmpty()) {
            throw refused("is in a part of the schema where it is not allowed");
        }
        if (!(schema.get(MARK) instanceof String name) || !name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")) {
            throw refused("is not the name of a header");
        }
        if (!(schema.get("type") instanceof String type) || !TYPES.contains(type)) {
            throw refused("is at a parameter that is neither string, integer nor boolean");
        }
        if (paths.put(name, List.copyOf(path)) != null) {
            throw refused("names the header " + name + " twice");
        }
    }

    private static LlmException refused(String what) {
        return new LlmException(Kind.PROTOCOL, "its schema has an " + MARK + " that " + what);
    }

    /** The headers for these arguments. A parameter that is absent or null has none. */
    Map<String, String> of(Map<String, ?> arguments, boolean needed) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (needed) {
            paths.forEach((name, path) -> {
                String value = text(at(arguments, path));
                if (value != null) {
                    headers.put(PREFIX + name, encoded(value));
                }
            });
        }
        return headers;
    }

    private static @Nullable Object at(Map<?, ?> arguments, List<String> path) {
        Object value = arguments;
        for (String name : path) {
            value = value instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return value;
    }

    private static @Nullable String text(@Nullable Object value) {
        if (value instanceof String || value instanceof Boolean) {
            return value.toString();
        }
        if (!(value instanceof Number number)) {
            return null;
        }
        try {
            BigDecimal exact = new BigDecimal(number.toString());
            boolean isShort = Math.abs((long) exact.scale()) <= MAX_DIGITS; // 1e999999999 has a billion of them
            return isShort ? exact.toBigIntegerExact().toString() : null;
        } catch (ArithmeticException | NumberFormatException e) {
            return null; // no integer, which the server refuses
        }
    }

    /** A value of a header: unchanged if it is plain ASCII, else as base64 between marks. */
    static String encoded(String value) {
        boolean looksEncoded = value.startsWith("=?base64?") && value.endsWith("?=");
        boolean isPlain =
                value.chars().allMatch(c -> c >= ' ' && c <= '~') && !value.startsWith(" ") && !value.endsWith(" ");
        return isPlain && !looksEncoded
                ? value
                : "=?base64?" + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)) + "?=";
    }
}
