package dev.postern.testkit;

import dev.postern.flow.SecretNames;
import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Replaces what must not be in a file. Thread-safe. */
final class Scrubber {
    static final String MASK = "***";

    private static final int SHORTEST = 6; // a shorter header value, such as "on", would be found everywhere

    // Guarded by this.
    private final Set<String> secrets = new LinkedHashSet<>();
    private final List<Pattern> patterns = new ArrayList<>();
    private final List<List<String>> fields = new ArrayList<>();

    synchronized void secret(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty text cannot be scrubbed");
        }
        secrets.add(text);
        String escaped = Json.text(text);
        secrets.add(escaped.substring(1, escaped.length() - 1));
    }

    synchronized void pattern(Pattern pattern) {
        patterns.add(pattern);
    }

    /** A JSON pointer into the bodies of requests. */
    synchronized void field(String pointer) {
        if (!pointer.startsWith("/")) {
            throw new IllegalArgumentException("a JSON pointer begins with a slash, unlike " + pointer);
        }
        List<String> names = new ArrayList<>();
        for (String name : pointer.substring(1).split("/", -1)) {
            names.add(name.replace("~1", "/").replace("~0", "~"));
        }
        fields.add(names);
    }

    /** The values of headers that hold keys are secrets wherever they appear. */
    void learn(WireRequest request) {
        request.headers().forEach(header -> {
            String value = header.getValue();
            if (SecretNames.isSecret(header.getKey()) && value.length() >= SHORTEST) {
                secret(value);
                int space = value.indexOf(' '); // Bearer KEY
                if (value.length() - space > SHORTEST && space > 0) {
                    secret(value.substring(space + 1));
                }
            }
        });
    }

    /** A text without secrets. */
    synchronized String text(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, MASK);
        }
        for (Pattern pattern : patterns) {
            clean = pattern.matcher(clean).replaceAll(Matcher.quoteReplacement(MASK));
        }
        return clean;
    }

    /** A path and query without secrets. */
    String target(String target) {
        int query = target.indexOf('?');
        if (query < 0) {
            return text(target);
        }
        StringJoiner parameters = new StringJoiner("&", target.substring(0, query + 1), "");
        for (String parameter : target.substring(query + 1).split("&", -1)) {
            int equals = parameter.indexOf('=');
            boolean secret = equals > 0 && SecretNames.isSecret(parameter.substring(0, equals));
            parameters.add(secret ? parameter.substring(0, equals + 1) + MASK : parameter);
        }
        return text(parameters.toString());
    }

    /** The JSON body of a request without secrets. */
    @Nullable
    Object body(@Nullable Object value) {
        return clean(value, List.of());
    }

    private @Nullable Object clean(@Nullable Object value, List<String> path) {
        if (isScrubbed(path)) {
            return MASK;
        } else if (value instanceof String text) {
            return text(text);
        } else if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> clean = new LinkedHashMap<>();
            map.forEach((name, member) -> clean.put(text((String) name), clean(member, child(path, name))));
            return clean;
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> clean = new ArrayList<>();
            for (Object element : list) {
                clean.add(clean(element, child(path, clean.size())));
            }
            return clean;
        }
        return value;
    }

    private synchronized boolean isScrubbed(List<String> path) {
        return fields.contains(path);
    }

    private static List<String> child(List<String> path, Object name) {
        List<String> child = new ArrayList<>(path);
        child.add(name.toString());
        return child;
    }
}
