package dev.postern.agent;

import dev.postern.Message;
import dev.postern.Role;
import java.util.List;

/** Leaves out the oldest turns of a history, whole turns only, so that no call is parted from its result. */
final class HistoryWindow {
    private HistoryWindow() {}

    /**
     * The newest turns that have at most so many tokens together, as {@link TokenEstimate} counts; none if the newest turn
     * alone has more.
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

    /** The newer half of the turns in tokens, or the newest turn if it has more than that; none if there is only one. */
    static List<Message> newerHalf(List<Message> history) {
        List<Message> half = within(history, TokenEstimate.of(history) / 2);
        int newest = beginOfLastTurn(history, history.size());
        return half.isEmpty() && newest > 0 ? List.copyOf(history.subList(newest, history.size())) : half;
    }

    /** A turn begins with what a user says, which is no result of a tool. */
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
