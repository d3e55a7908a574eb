package dev.postern.usage;

import java.util.Map;
import java.util.TreeMap;

/** What one account has spent and reserved, by slot. Not thread-safe. */
final class BudgetAccount {
    private final TreeMap<Long, Slot> slots = new TreeMap<>();

    /** The amounts of one slot. */
    private static final class Slot {
        private long spent;
        private long reserved;
    }

    /** Removes the slots that do not count any more. */
    void forgetBefore(long oldest) {
        slots.headMap(oldest).clear();
    }

    long spent() {
        long sum = 0;
        for (Slot slot : slots.values()) {
            sum = Cost.sum(sum, slot.spent);
        }
        return sum;
    }

    long reserved() {
        long sum = 0;
        for (Slot slot : slots.values()) {
            sum = Cost.sum(sum, slot.reserved);
        }
        return sum;
    }

    /** What is left of a limit; 0 if more was spent. */
    long left(long limit) {
        return Math.max(0, limit - Cost.sum(spent(), reserved()));
    }

    /** The oldest slot in which something was spent or is reserved. */
    long oldestOr(long none) {
        for (Map.Entry<Long, Slot> each : slots.entrySet()) {
            if (each.getValue().spent > 0 || each.getValue().reserved > 0) {
                return each.getKey();
            }
        }
        return none;
    }

    void reserve(long slot, long nanos) {
        at(slot).reserved += nanos; // is at most the limit, so it cannot overflow
    }

    /** Gives back what was reserved. Does nothing if the slot does not count any more. */
    void release(long slot, long nanos) {
        Slot known = slots.get(slot);
        if (known != null) {
            known.reserved = Math.max(0, known.reserved - nanos); // it was forgotten in between if the clock went back
            if (known.reserved == 0 && known.spent == 0) {
                slots.remove(slot);
            }
        }
    }

    void spend(long slot, long nanos) {
        Slot known = at(slot);
        known.spent = Cost.sum(known.spent, nanos);
    }

    private Slot at(long slot) {
        return slots.computeIfAbsent(slot, any -> new Slot());
    }

    boolean isEmpty() {
        return slots.isEmpty();
    }
}
