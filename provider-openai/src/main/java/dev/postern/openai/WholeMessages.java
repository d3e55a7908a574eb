package dev.postern.openai;

import java.util.ArrayList;
import java.util.List;

/**
 * The messages of an answer, as opposed to its deltas: takes chunks that have messages and keeps those of the latest
 * one. A stream may have a whole answer, or a part of it, in such a chunk. Its messages are used only if no delta has
 * content.
 */
final class WholeMessages {
    private List<Choice> kept = List.of();
    private boolean haveContent;

    /** Whether all choices of the chunk have a message and no delta. */
    static boolean areAllOf(ChunkReader chunk) {
        boolean some = false;
        for (int i = 0; i < chunk.choiceCount(); i++) {
            if (chunk.choice(i).delta.hasFields) {
                return false;
            }
            some |= chunk.choice(i).message.hasFields;
        }
        return some;
    }

    /**
     * Takes all choices of a chunk, and returns those that belong to the answer. Several choices are one answer if at
     * most one of them has text and the others have tool calls: Copilot puts each call into a separate choice
     * (karthink/gptel#1284). Otherwise the first choice is the answer.
     */
    List<Choice> take(ChunkReader chunk) {
        List<Choice> all = new ArrayList<>(chunk.choiceCount());
        int texts = 0;
        for (int i = 0; i < chunk.choiceCount(); i++) {
            Choice choice = chunk.choice(i);
            texts += choice.whole().text.isBlank() ? 0 : 1;
            all.add(choice);
            chunk.replace(i);
        }
        List<Choice> answer = texts > 1 ? all.subList(0, 1) : all;
        boolean content = false;
        for (Choice choice : answer) {
            content |= choice.whole().hasContent();
        }
        if (content || !haveContent) {
            kept = answer;
            haveContent = content;
        }
        return answer;
    }

    /** Keeps only this choice, whose message has content. The caller must not reuse it. */
    void keep(Choice choice) {
        kept = List.of(choice);
        haveContent = true;
    }

    /** Drops all messages, because they were emitted or because a delta has content. */
    void drop() {
        kept = List.of();
    }

    /** The choices with the messages that are kept. */
    List<Choice> kept() {
        return kept;
    }
}
