package dev.postern.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The name of the event that {@link SseDecoder} is reading. Streams repeat a few names, so each is made once. */
final class EventName {
    private static final String MESSAGE = "message";
    private static final int MAX_BYTES = 256;

    private String name = MESSAGE;
    private @Nullable String late; // a name that came after the event's first data line
    private String last = MESSAGE;

    /** Names the event. The last name counts, wherever it stands. */
    void set(String value, boolean afterData) {
        if (afterData) {
            late = value;
        } else {
            name = value;
        }
    }

    /** The same, of a name that lies in the buffer. */
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

    /** The event is over: gives its name, and forgets it. */
    String take() {
        String taken = late == null ? name : late;
        name = MESSAGE;
        late = null;
        return taken;
    }

    /** The event turned out to be over at its first data line: a name that came after that belongs to the next one. */
    String takeEarly() {
        String taken = name;
        name = late == null ? MESSAGE : late;
        late = null;
        return taken;
    }
}
