package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;

/** How much may be kept of one answer, whatever its server sends: each event has a bound, but a stream has no end. */
final class SizeLimit {
    /** As much as one event may measure. */
    static final int CHARACTERS = 16 << 20;

    private final String what;
    private final long all;
    private final String setting;
    private long taken;

    /**
     * A budget for something of an answer.
     *
     * @param what what is kept, as it is named in the failure
     */
    SizeLimit(String what, long all) {
        this(what, all, "");
    }

    /**
     * A budget that can be set.
     *
     * @param setting the setting that has to be raised for more
     */
    SizeLimit(String what, long all, String setting) {
        this.what = what;
        this.all = all;
        this.setting = setting;
    }

    /** So much more is kept. */
    void take(long more) {
        taken += more;
        if (taken > all) {
            throw new LlmException(
                    Kind.PROTOCOL,
                    "The server sent more than " + all + " " + what + " in one answer; that is no answer of a model"
                            + (setting.isEmpty() ? "." : ", or " + setting + " must be raised."));
        }
    }
}
