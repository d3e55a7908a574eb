package dev.postern.openai;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines without a field since the last event. They may belong to an event whose text contains raw line breaks. At
 * most 4 kB are kept.
 */
final class UnknownLines {
    private static final int MAX_KEPT = 4096;

    private @Nullable ByteArrayOutputStream kept; // null for no lines, which is nearly always so

    void add(byte[] buffer, int offset, int length) {
        ByteArrayOutputStream lines = kept == null ? new ByteArrayOutputStream() : kept;
        kept = lines;
        if (lines.size() < MAX_KEPT) {
            lines.write('\n');
            lines.write(buffer, offset, Math.min(length, MAX_KEPT - lines.size()));
        }
    }

    boolean isEmpty() {
        return kept == null;
    }

    void clear() {
        kept = null;
    }

    /** Returns an event followed by the lines, and clears the lines. */
    byte[] takeAfter(byte[] event) {
        byte[] more = kept == null ? new byte[0] : kept.toByteArray();
        clear();
        byte[] all = Arrays.copyOf(event, event.length + more.length);
        System.arraycopy(more, 0, all, event.length, more.length);
        return all;
    }
}
