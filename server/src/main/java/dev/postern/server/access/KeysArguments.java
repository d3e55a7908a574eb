package dev.postern.server.access;

import dev.postern.config.MapSettings;
import dev.postern.spi.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of the command {@code keys}. Options of a new key have the names of the keys of the file, so that they are
 * checked as these are.
 *
 * @param action {@code create}, {@code list}, {@code rotate} or {@code revoke}
 * @param id the id of the key to change; empty for the other actions
 * @param file the file
 * @param options the values of the other options
 */
record KeysArguments(String action, String id, Path file, Map<String, String> options) {
    private static final Set<String> FLAGS = Set.of("admin", "trusted");
    private static final Set<String> LISTS = Set.of("backends", "models");
    private static final Set<String> TEXTS = Set.of("name", "tenant", "expires");
    private static final Set<String> LIMITS = Set.of(
            "requests_per_minute",
            "concurrent",
            "tokens_per_minute",
            "tokens_per_day",
            "tokens_per_month",
            "cost_per_day",
            "cost_per_month");
    private static final Duration OVERLAP = Duration.ofHours(24);

    /** Thrown for invalid arguments. */
    static final class UsageException extends Exception {
        UsageException(String sentence) {
            super(sentence);
        }
    }

    static KeysArguments parse(String... words) throws UsageException {
        Iterator<String> rest = List.of(words).iterator();
        String action = rest.hasNext() ? rest.next() : "";
        boolean change = action.equals("rotate") || action.equals("revoke");
        if (!change && !action.equals("create") && !action.equals("list")) {
            throw new UsageException("The command keys needs create, list, rotate or revoke.");
        }
        String id = "";
        Map<String, String> options = new LinkedHashMap<>();
        while (rest.hasNext()) {
            String[] word = rest.next().split("=", 2);
            if (!word[0].startsWith("--") && change && id.isEmpty()) {
                id = word[0];
                continue;
            }
            String option = word[0].startsWith("--") ? word[0].substring(2).replace('-', '_') : "";
            if (!allowed(action, option)) {
                // the word is not shown, because it may be a key
                throw new UsageException("'keys " + action + "' has an argument that it does not know.");
            }
            options.put(option, FLAGS.contains(option) ? "true" : value(word, rest));
        }
        if (change && id.isEmpty()) {
            throw new UsageException("'keys " + action + "' needs the id of a key.");
        }
        if (action.equals("create") && !options.containsKey("name")) {
            throw new UsageException("'keys create' needs --name.");
        }
        return new KeysArguments(action, id, file(options.remove("file")), options);
    }

    private static boolean allowed(String action, String option) {
        return switch (action) {
            case "create" ->
                option.equals("file")
                        || FLAGS.contains(option)
                        || LISTS.contains(option)
                        || TEXTS.contains(option)
                        || LIMITS.contains(option);
            case "rotate" -> option.equals("file") || option.equals("overlap");
            default -> option.equals("file");
        };
    }

    private static String value(String[] word, Iterator<String> rest) throws UsageException {
        String value = word.length == 2 ? word[1] : rest.hasNext() ? rest.next() : "";
        if (value.isBlank()) {
            throw new UsageException(word[0] + " needs a value.");
        }
        return value;
    }

    private static Path file(@Nullable String name) throws UsageException {
        if (name == null) {
            throw new UsageException("--file is missing: the file of the keys.");
        }
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new UsageException("--file is not the path of a file.");
        }
    }

    /** How long an old secret works after a rotation. */
    Duration overlap() {
        return MapSettings.of(options).duration("overlap", OVERLAP);
    }

    /** The new key, as a section of the file with one entry. */
    Settings entry(String id, SecretHash hash) {
        Map<String, Object> entry = new LinkedHashMap<>();
        Map<String, String> limits = new LinkedHashMap<>();
        options.forEach((option, value) -> {
            if (LIMITS.contains(option)) {
                limits.put(option, value);
            } else {
                entry.put(option, LISTS.contains(option) ? List.of(value.split(" *, *")) : value);
            }
        });
        entry.put("sha256", hash.hex());
        entry.put("limits", limits);
        return MapSettings.of(Map.of(id, entry));
    }
}
