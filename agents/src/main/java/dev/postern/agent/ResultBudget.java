package dev.postern.agent;

import dev.postern.Content;
import dev.postern.ToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds what all results of a run have together, in the order in which the calls end. Thread-safe. */
final class ResultBudget {
    private final long most;
    private final AtomicLong left;
    private volatile boolean exceeded;

    ResultBudget(long most) {
        this.most = most;
        this.left = new AtomicLong(most);
    }

    /** Whether a result was cut. */
    boolean isExceeded() {
        return exceeded;
    }

    /** The result, or as much of it as is left. */
    ToolResult bounded(ToolResult result) {
        long size = 0;
        for (Content part : result.content()) {
            size += Weight.of(part);
        }
        long taken = size;
        long available = left.getAndUpdate(before -> Math.max(0, before - taken));
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
            long size = Weight.of(part);
            if (size <= room) {
                kept.add(part);
                room -= size;
            } else if (part instanceof Content.Text text) {
                kept.add(Content.text(ToolText.beginning(text.text(), (int) room)));
                room = 0;
            }
        }
        kept.add(Content.text("\n[cut: all results of this run together may have " + most + " characters]"));
        return kept;
    }
}
