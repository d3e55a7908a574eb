package dev.postern.agent;

import dev.postern.Message;
import dev.postern.Role;
import java.util.List;

/** Leaves out the oldest turns of a history. It leaves out whole turns only, so no call loses its result. */
final class HistoryWindow {
    private HistoryWindow() {}

    /**
     * Returns the newest turns that together have at most this number of tokens, as {@link TokenEstimate} counts them;
     * none if the newest turn alone has more.
     */
    static List<Message> within(List<Message> history, long tokens) {
        int begin = history.size();
        long left = tokens;
        for (int end = begin; end > 0; end = begin) {
            int turn = beginOfLastTurn(history, end);
            left -= TokenEstimate.of(history.subList(turn, end));
            if (left < 0) {
                break;
            }
            begin = turn;
        }
        return List.copyOf(history.subList(begin, history.size()));
    }

    /**
     * Returns the newest turns with at most half of the tokens, or the newest turn if it alone has more; none if there
     * is only one turn.
     */
    static List<Message> newerHalf(List<Message> history) {
        List<Message> half = within(history, TokenEstimate.of(history) / 2);
        int newest = beginOfLastTurn(history, history.size());
        return half.isEmpty() && newest > 0 ? List.copyOf(history.subList(newest, history.size())) : half;
    }

    /** A turn starts with a message of the user that is not a tool result. */
    private static int beginOfLastTurn(List<Message> history, int end) {
        int begin = end - 1;
        while (begin > 0
                && (history.get(begin).role() != Role.USER
                        || !history.get(begin).toolResults().isEmpty())) {
            begin--;
        }
        return begin;
    }
}
