package dev.postern.server.replay;

import java.util.ArrayList;
import java.util.List;

/**
 * The newest events of a run, by their numbers. The first event, number 0, is always kept, because it says which run this is; of the
 * others, the oldest are dropped beyond the limits, except for the newest one. Not thread-safe.
 */
final class EventBuffer {
    private static final byte[] DROPPED = {};
    private static final int COMPACT = 1_000;

    private final int maxEvents;
    private final long maxBytes;
    private List<byte[]> head = List.of();
    private final List<byte[]> events = new ArrayList<>(); // without the head
    private int dropped; // so many at the beginning of the list
    private long first = 1; // the number of the oldest that is kept
    private long bytes; // of those that are kept

    EventBuffer(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    void add(byte[] event) {
        if (head.isEmpty()) {
            head = List.of(event);
            return;
        }
        events.add(event);
        bytes += event.length;
        while (count() > 1 && (count() > maxEvents || bytes > maxBytes)) {
            bytes -= events.get(dropped).length;
            events.set(dropped++, DROPPED);
            first++;
        }
        if (dropped > COMPACT && dropped > events.size() / 2) {
            events.subList(0, dropped).clear();
            dropped = 0;
        }
    }

    private int count() {
        return events.size() - dropped;
    }

    /** The number of the oldest event that is kept, besides number 0. */
    long first() {
        return first;
    }

    /** The number of the next event that will be added. */
    long end() {
        return head.isEmpty() ? 0 : first + count();
    }

    /** An event that is kept. */
    byte[] get(long number) {
        return number == 0 ? head.get(0) : events.get((int) (number - first) + dropped);
    }
}
