package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;

/** Limits how much of one answer is kept. Each event has a maximum size, but a stream may have any number of events. */
final class SizeLimit {
    /** A limit of 16 Mi characters, the default size of one event. */
    static final int CHARACTERS = 16 << 20;

    private final String unit;
    private final long max;
    private final String setting;
    private long used;

    /**
     * Creates a fixed limit.
     *
     * @param unit what is counted, as the failure names it
     */
    SizeLimit(String unit, long max) {
        this(unit, max, "");
    }

    /**
     * Creates a limit that users can change.
     *
     * @param setting the setting that raises the limit
     */
    SizeLimit(String unit, long max, String setting) {
        this.unit = unit;
        this.max = max;
        this.setting = setting;
    }

    /**
     * Adds to the amount that is kept.
     *
     * @throws LlmException if it exceeds the limit
     */
    void add(long more) {
        used += more;
        if (used > max) {
            throw new LlmException(
                    Kind.PROTOCOL,
                    "The server sent more than " + max + " " + unit + " in one answer; "
                            + (setting.isEmpty()
                                    ? "this limit is fixed."
                                    : "if the answer is valid, raise " + setting + "."));
        }
    }
}
