package dev.postern.call;

import dev.postern.CompletionResponse;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.StreamEvent.ReasoningDelta;
import dev.postern.StreamEvent.ToolCallDelta;
import dev.postern.Usage;
import dev.postern.call.CallListener.Progress;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Counts the items of an answer, and keeps its end. One thread at a time counts; any thread may read, and then sees a state between two
 * items or in the middle of one. Ordered writes make this as cheap as plain fields.
 */
final class Tally {
    private static final int EVENTS = 0;
    private static final int TEXT = 1;
    private static final int REASONING = 2;
    private static final int TOOLS = 3;

    private final AtomicLongArray counts = new AtomicLongArray(4);
    private volatile @Nullable StopReason stopReason;
    private volatile @Nullable Usage usage;
    private volatile String model = "";
    /** Whether the arguments of the current tool call came in pieces. Used by the counting thread only. */
    private boolean inPieces;

    /** Counts an item. Returns whether it has content: text, reasoning or a tool call. */
    boolean count(Object item) {
        if (item instanceof CompletionResponse whole) {
            for (StreamEvent event : whole.events()) {
                count(event);
            }
            return true;
        }
        add(EVENTS, 1);
        if (item instanceof ContentDelta text) {
            add(TEXT, text.delta().length());
        } else if (item instanceof ToolCallDelta tool) {
            add(TOOLS, tool.delta().length());
            inPieces = true;
        } else if (item instanceof ReasoningDelta thought) {
            add(REASONING, thought.delta().length());
        } else if (item instanceof StreamEvent.ToolCallStart) {
            inPieces = false;
        } else if (item instanceof StreamEvent.ToolCallComplete complete && !inPieces) {
            add(TOOLS, CharacterEstimate.characters(complete.call().input()));
        } else if (item instanceof StreamEvent.MessageStop stop) {
            stopReason = stop.stopReason();
            model = stop.model();
            return false;
        } else if (item instanceof StreamEvent.UsageReported reported) {
            usage = reported.usage();
            return false;
        }
        return true;
    }

    private void add(int index, long more) {
        counts.lazySet(index, counts.get(index) + more);
    }

    Progress progress() {
        return new Progress(counts.get(EVENTS), counts.get(TEXT), counts.get(REASONING), counts.get(TOOLS));
    }

    @Nullable
    StopReason stopReason() {
        return stopReason;
    }

    @Nullable
    Usage usage() {
        return usage;
    }

    /** The model that answered; empty if it is unknown. */
    String model() {
        return model;
    }
}
