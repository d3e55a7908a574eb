package dev.postern.openai;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The lines without a field since the last event. They may belong to an event whose text contains raw line breaks. At
 * most 4 kB are kept.
 */
final class UnknownLines {
    private static final int MAX_KEPT = 4096;

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);
    private boolean some; // a flag, because kept.size() takes a lock

    void add(byte[] buffer, int offset, int length) {
        some = true;
        if (kept.size() < MAX_KEPT) {
            kept.write('\n');
            kept.write(buffer, offset, Math.min(length, MAX_KEPT - kept.size()));
        }
    }

    boolean isEmpty() {
        return !some;
    }

    void clear() {
        if (some) {
            kept.reset();
            some = false;
        }
    }

    /** Returns an event followed by the lines, and clears the lines. */
    byte[] takeAfter(byte[] event) {
        byte[] more = kept.toByteArray();
        clear();
        byte[] all = Arrays.copyOf(event, event.length + more.length);
        System.arraycopy(more, 0, all, event.length, more.length);
        return all;
    }
}
