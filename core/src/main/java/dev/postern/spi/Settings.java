package dev.postern.spi;

import dev.postern.LlmException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One section of a configuration. Applications do not implement it, because later versions may add methods: the module
 * {@code dev.postern.config} implements it, and its {@code MapSettings} is for tests of factories. A key that is absent, null or an
 * empty text has the default that the caller passes. A number or boolean may also be written as text, because variables
 * are text.
 *
 * <p>An invalid value is an {@link LlmException} of kind {@link LlmException.Kind#CONFIGURATION} that names its place,
 * such as {@code gateway.yaml:12: providers.llm.backends.main.config.timeouts.idle: must be a duration such as 30s, but
 * is a list}. No value is shown, because it may be a secret.
 *
 * <p>A section records which keys were read; {@link #refuseUnknown} refuses the others. Not thread-safe.
 */
public interface Settings {
    /** The path of this section, such as {@code providers.llm}; empty for the top. */
    String path();

    /**
     * All keys of this section in their order, for a section whose keys are chosen by the user. Does not count as
     * reading them.
     */
    Set<String> keys();

    /** Whether the key has a value that is neither null nor an empty text. Counts as reading the key. */
    boolean has(String key);

    /** Whether the key has a section as its value. Counts as reading the key. */
    boolean isSection(String key);

    /** Whether the key has a list as its value. Counts as reading the key. */
    boolean isList(String key);

    /** A text, or a number as it is written. */
    String text(String key, String absent);

    /** A required text. */
    String required(String key);

    /** A text that is a secret; empty if absent. */
    String secret(String key);

    /** One of the known names. */
    String oneOf(String key, Collection<String> known, String absent);

    /** A list of the known names, which may be a single one; empty if absent. */
    List<String> manyOf(String key, Collection<String> known);

    /** A whole number, at least {@code least}. */
    int integer(String key, int absent, int least);

    /** A whole number, at least {@code least}. */
    long longInteger(String key, long absent, long least);

    /** A number. */
    double number(String key, double absent);

    /** True or false. */
    boolean bool(String key, boolean absent);

    /** A duration that is not negative: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}, or a number of seconds. */
    Duration duration(String key, Duration absent);

    /**
     * A size in bytes, at least one: a number, or one with {@code k}, {@code MiB} and the like, which are powers of
     * 1024.
     */
    int size(String key, int absent);

    /** A list of texts, which may be a single text; empty if absent. */
    List<String> texts(String key);

    /** A section of texts by names that the user chose; empty if absent. */
    Map<String, String> textMap(String key);

    /**
     * A section as it stands, of texts, numbers, booleans, nulls, lists and maps, whose keys are the user's own; empty
     * if absent.
     */
    Map<String, @Nullable Object> object(String key);

    /** A required section. */
    Settings requiredSection(String key);

    /** A section; an empty one if absent. */
    Settings section(String key);

    /** The failure that this key leads to; the sentence goes on after its path, as in {@code must be an address}. */
    LlmException error(String key, String sentence);

    /**
     * The failure of a key that has to be there, with a remedy such as {@code ; choose a or b}; or of one nearly like
     * it.
     */
    LlmException missing(String key, String remedy);

    /**
     * Refuses all keys that were not read, in this section and in the sections that were read.
     *
     * @throws LlmException that names the key and the nearest known one
     */
    void refuseUnknown();

    /** A text of others, such as the message of a failure, without any value of this section that it may quote. */
    String withoutValues(String text);
}
