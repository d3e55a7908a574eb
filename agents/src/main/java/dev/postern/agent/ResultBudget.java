package dev.postern.agent;

import dev.postern.Content;
import dev.postern.ToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Limits the total size of a run's tool results, in the order in which the calls end. Thread-safe. */
final class ResultBudget {
    private final long maxCharacters;
    private final AtomicLong remaining;
    private volatile boolean exceeded;

    ResultBudget(long maxCharacters) {
        this.maxCharacters = maxCharacters;
        this.remaining = new AtomicLong(maxCharacters);
    }

    /** Returns whether a result was cut. */
    boolean isExceeded() {
        return exceeded;
    }

    /** Returns the result, cut to the remaining size. */
    ToolResult bounded(ToolResult result) {
        long size = 0;
        for (Content part : result.content()) {
            size += SizeEstimate.of(part);
        }
        long taken = size;
        long available = remaining.getAndUpdate(before -> Math.max(0, before - taken));
        if (size <= available) {
            return result;
        }
        exceeded = true;
        return new ToolResult(result.callId(), cut(result.content(), available), result.isError());
    }

    private List<Content> cut(List<Content> parts, long available) {
        List<Content> kept = new ArrayList<>();
        long room = available;
        for (Content part : parts) {
            long size = SizeEstimate.of(part);
            if (size <= room) {
                kept.add(part);
                room -= size;
            } else if (part instanceof Content.Text text) {
                kept.add(Content.text(ToolResultFactory.beginning(text.text(), (int) room)));
                room = 0;
            }
        }
        kept.add(Content.text("\n[cut: all results of this run together may have " + maxCharacters + " characters]"));
        return kept;
    }
}
