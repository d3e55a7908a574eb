package dev.postern.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Selects the choices of a stream that form its answer: those with the index of the first choice. Some servers (Foundry
 * Local) number the chunks instead: each chunk has one choice, its index grows from chunk to chunk, and all choices
 * form the answer.
 *
 * <p>When a second index appears, both cases are possible. Its choice is held back until the next chunk decides.
 */
final class ChoiceSelector {
    private enum Mode {
        /** Only one index was seen. */
        ONE,
        /** A greater index was seen. */
        UNSURE,
        /** There are several choices, of which the first one counts. */
        FIRST,
        /** The index counts the chunks. */
        GROWING
    }

    private Mode mode = Mode.ONE;
    private long first = Choice.NO_INDEX;
    private long last;
    private boolean finished; // the first choice has a finish reason
    private boolean othersHadContent;
    private final List<Choice> held = new ArrayList<>(0);

    /**
     * Handles the only choice of a chunk. Returns whether this object keeps it, so that the caller must not reuse it.
     */
    boolean single(Choice choice, Consumer<Choice> accept) {
        long index = choice.index;
        if (first == Choice.NO_INDEX && index != Choice.NO_INDEX) {
            first = last = index;
        }
        if (index == Choice.NO_INDEX || index == first) {
            if (mode == Mode.UNSURE || (mode == Mode.GROWING && !othersHadContent)) {
                useFirstOnly();
            }
            accepted(choice, accept);
            return false;
        }
        return other(choice, accept);
    }

    private boolean other(Choice choice, Consumer<Choice> accept) {
        boolean grows = choice.index > last;
        last = choice.index;
        switch (mode) {
            case ONE -> {
                if (grows && !finished) {
                    mode = Mode.UNSURE;
                    held.add(choice);
                    return true;
                }
                mode = Mode.FIRST;
            }
            case UNSURE -> {
                if (grows) {
                    release(accept);
                    mode = Mode.GROWING;
                    othersHadContent |= choice.delta.hasContent();
                    accepted(choice, accept);
                } else {
                    useFirstOnly();
                }
            }
            case GROWING -> {
                if (!grows && !othersHadContent) { // so far the chunks had only a role, one chunk for each choice
                    useFirstOnly();
                } else {
                    othersHadContent |= choice.delta.hasContent();
                    accepted(choice, accept);
                }
            }
            case FIRST -> {}
        }
        return false;
    }

    /** Handles one of several choices of a chunk; {@code position} is its place in the chunk. */
    void oneOfSeveral(Choice choice, int position, Consumer<Choice> accept) {
        useFirstOnly();
        long index = choice.index == Choice.NO_INDEX ? position : choice.index;
        if (first == Choice.NO_INDEX) {
            first = index;
        }
        if (index == first) {
            accepted(choice, accept);
        }
    }

    private void useFirstOnly() {
        mode = Mode.FIRST;
        held.clear();
    }

    private void accepted(Choice choice, Consumer<Choice> accept) {
        finished |= !choice.finish.isEmpty();
        accept.accept(choice);
    }

    /**
     * Accepts a choice that is still held back at the end of the stream: its index grew, so it belongs to the answer.
     */
    void release(Consumer<Choice> accept) {
        for (Choice choice : held) {
            othersHadContent |= choice.delta.hasContent();
            accepted(choice, accept);
        }
        held.clear();
    }

    /** The finish reason of a choice that is held back; empty if there is none. */
    String heldFinish() {
        return held.isEmpty() ? "" : held.get(held.size() - 1).finish;
    }
}
