package dev.postern.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The name of the event that {@link SseDecoder} reads. Streams repeat few names, so the last string is reused. */
final class EventName {
    private static final String MESSAGE = "message";
    private static final int MAX_BYTES = 256;

    private String name = MESSAGE;
    private @Nullable String late; // a name after the first data line of the event
    private String last = MESSAGE;

    /** Sets the name. The last name of an event counts. */
    void set(String value, boolean afterData) {
        if (afterData) {
            late = value;
        } else {
            name = value;
        }
    }

    /** Sets the name to bytes of the buffer. */
    void set(byte[] buffer, int from, int to, boolean afterData) {
        if (from == to) {
            set(MESSAGE, afterData);
            return;
        }
        if (!matches(last, buffer, from, to)) {
            last = new String(buffer, from, Math.min(to - from, MAX_BYTES), StandardCharsets.UTF_8);
        }
        set(last, afterData);
    }

    private static boolean matches(String text, byte[] buffer, int from, int to) {
        if (text.length() != to - from) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (text.charAt(i - from) != buffer[i]) {
                return false;
            }
        }
        return true;
    }

    /** Ends the event. Returns its name and resets it. */
    String take() {
        String taken = late == null ? name : late;
        name = MESSAGE;
        late = null;
        return taken;
    }

    /** Ends the event at its first data line. A name after that line belongs to the next event. */
    String takeEarly() {
        String taken = name;
        name = late == null ? MESSAGE : late;
        late = null;
        return taken;
    }
}
