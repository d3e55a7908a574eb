package dev.postern.agent;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The conversation of one run: collects the answers of the model and the results of its calls, and makes of them the next
 * request, the stored turn and the result. {@link EndDecision} decides whether it continues. Not thread-safe.
 */
final class Transcript {
    private final String agent;
    private final String sessionId;
    private final RunUsage runUsage;
    private final EndDecision end;
    private List<Message> history;
    private boolean halved;
    private final List<Message> messages = new ArrayList<>();
    private final List<AgentResult.ExecutedCall> executed = new ArrayList<>();
    private final List<Optional<Usage>> turnUsage = new ArrayList<>();
    private StopReason stopReason = StopReason.OTHER;
    private String text = "";

    /** Starts with the history and with the user's message or the messages of a failed run. */
    Transcript(
            String agent,
            String sessionId,
            AgentLimits limits,
            RunUsage runUsage,
            List<Message> history,
            List<Message> messages) {
        this.agent = agent;
        this.sessionId = sessionId;
        this.runUsage = runUsage;
        this.end = new EndDecision(limits, runUsage);
        this.history = List.copyOf(history);
        this.messages.addAll(messages);
        Message last = messages.get(messages.size() - 1);
        if (last.role() == Role.ASSISTANT) { // the failed run had its answer already
            setText(last.text());
            end.answered();
        }
    }

    String sessionId() {
        return sessionId;
    }

    /** Returns the conversation so far, for the model. */
    List<Message> conversation() {
        List<Message> all = new ArrayList<>(history);
        all.addAll(messages);
        return all;
    }

    /**
     * Leaves out older turns of the session because the conversation is too long: first about half of the tokens, then
     * all. Returns whether there was something to leave out.
     */
    boolean shorten() {
        if (history.isEmpty()) {
            return false;
        }
        history = halved ? List.of() : HistoryWindow.newerHalf(history);
        halved = true;
        return true;
    }

    /** Adds the model's answer. */
    void answered(CompletionResponse answer) {
        turnUsage.add(answer.usage());
        answer.usage().ifPresent(runUsage::add);
        stopReason = answer.stopReason();
        messages.add(answer.message());
        setText(answer.content());
        if (answer.toolCalls().isEmpty()) {
            end.answered();
        }
    }

    /** Ends the run with a part of an answer, because the time is over. */
    void cut(String partOfAnswer, Optional<Usage> usage) {
        turnUsage.add(usage);
        usage.ifPresent(runUsage::add);
        setText(partOfAnswer);
        end.cut();
    }

    private void setText(String more) {
        if (!more.isBlank()) {
            text = more;
        }
    }

    /** Returns the messages of this run so far. */
    List<Message> runMessages() {
        return List.copyOf(messages);
    }

    /** Returns the calls of the last answer. */
    List<ToolCall> calls() {
        return messages.get(messages.size() - 1).toolCalls();
    }

    /**
     * Returns the calls of the last answer, with a refusal for those above the limit. If any is refused, the run ends
     * with this turn.
     */
    List<PlannedCall> plan() {
        List<PlannedCall> planned = new ArrayList<>();
        for (ToolCall call : calls()) {
            planned.add(new PlannedCall(call, end.refusal(call)));
        }
        return planned;
    }

    /** Adds the results of a turn. */
    void results(List<PlannedCall> calls, List<ToolResult> results) {
        List<AgentResult.ExecutedCall> turn = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            turn.add(new AgentResult.ExecutedCall(calls.get(i).call(), results.get(i)));
        }
        executed.addAll(turn);
        messages.add(Message.toolResults(results));
        end.results(turn);
    }

    /** Ends the run after this turn, because the results exceeded their limit. */
    void tooManyResults() {
        end.tooManyResults();
    }

    /** Returns why the run must end before the next turn; empty if it continues. */
    Optional<AgentEnd> end() {
        return end.afterTurns(turnUsage.size());
    }

    /** Ends the run because its time is over, unless it has ended for another reason. */
    void outOfTime() {
        end.outOfTime();
    }

    AgentResult result(List<LlmException> memoryFailures) {
        return new AgentResult(
                agent,
                sessionId,
                end.response(text),
                end.reason(),
                stopReason,
                turnUsage.size(),
                executed,
                runUsage.total(),
                turnUsage,
                memoryFailures);
    }

    /** Returns the turn to store. It ends with an answer even if a limit ended the run. */
    Turn turn() {
        List<Message> whole = new ArrayList<>(messages);
        if (!end.isAnswered()) {
            whole.add(Message.assistant(end.response(text)));
        } else if (messages.get(messages.size() - 1).text().isBlank() && !text.isEmpty()) {
            whole.set(whole.size() - 1, Message.assistant(text));
        }
        return new Turn(whole);
    }
}
