package dev.postern.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Decides which choices of a stream are its answer: those with the index that was seen first, whatever that is. Some
 * servers number the chunks instead (Foundry Local): there each chunk has one choice, whose index grows from chunk to chunk,
 * and all of them are the answer.
 *
 * <p>When a second index appears, both are possible. Its choice is held back until the next chunk shows which it is.
 */
final class ChoiceSelector {
    private enum Mode {
        /** One index so far. */
        ONE,
        /** A greater index has appeared. */
        UNSURE,
        /** There are several choices; the first one counts. */
        FIRST,
        /** The index numbers the chunks. */
        GROWING
    }

    private Mode mode = Mode.ONE;
    private long first = Choice.NO_INDEX;
    private long last;
    private boolean finished; // the first choice
    private boolean othersSpoke;
    private final List<Choice> held = new ArrayList<>(1);

    /** A choice that is alone in its chunk. Returns whether it was kept, so that it must not be used again. */
    boolean single(Choice choice, Consumer<Choice> accept) {
        long index = choice.index;
        if (first == Choice.NO_INDEX && index != Choice.NO_INDEX) {
            first = last = index;
        }
        if (index == Choice.NO_INDEX || index == first) {
            if (mode == Mode.UNSURE || (mode == Mode.GROWING && !othersSpoke)) {
                several();
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
                    othersSpoke |= choice.delta.saysSomething();
                    accepted(choice, accept);
                } else {
                    several();
                }
            }
            case GROWING -> {
                if (!grows
                        && !othersSpoke) { // chunks that hold only a role came first, one for each of several choices
                    several();
                } else {
                    othersSpoke |= choice.delta.saysSomething();
                    accepted(choice, accept);
                }
            }
            case FIRST -> {}
        }
        return false;
    }

    /** One of several choices in a chunk, at this place. */
    void oneOfSeveral(Choice choice, int place, Consumer<Choice> accept) {
        several();
        long index = choice.index == Choice.NO_INDEX ? place : choice.index;
        if (first == Choice.NO_INDEX) {
            first = index;
        }
        if (index == first) {
            accepted(choice, accept);
        }
    }

    private void several() {
        mode = Mode.FIRST;
        held.clear();
    }

    private void accepted(Choice choice, Consumer<Choice> accept) {
        finished |= !choice.finish.isEmpty();
        accept.accept(choice);
    }

    /** No more chunks come: a choice that is still held back belongs to the answer, as its index has grown. */
    void release(Consumer<Choice> accept) {
        for (Choice choice : held) {
            othersSpoke |= choice.delta.saysSomething();
            accepted(choice, accept);
        }
        held.clear();
    }

    /** The finish reason of a choice that is held back; else empty. */
    String heldFinish() {
        return held.isEmpty() ? "" : held.get(held.size() - 1).finish;
    }
}
