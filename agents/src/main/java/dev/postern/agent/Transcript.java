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
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The messages and usage of one run, and whether it continues. Not thread-safe. */
final class Transcript {
    private final String agent;
    private final String sessionId;
    private final AgentLimits limits;
    private final RunUsage runUsage;
    private final RepeatDetector repeats;
    private List<Message> history;
    private boolean halved;
    private final List<Message> messages = new ArrayList<>();
    private final List<AgentResult.ExecutedCall> executed = new ArrayList<>();
    private final List<Optional<Usage>> turnUsage = new ArrayList<>();
    private StopReason stopReason = StopReason.OTHER;
    private String text = "";
    private boolean repeated;
    private boolean tooManyResults;
    /** The limit of calls or tokens that ended the run. */
    private long reached;

    private @Nullable AgentEnd end;

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
        this.limits = limits;
        this.runUsage = runUsage;
        this.repeats = new RepeatDetector(limits.maxRepeatedCalls());
        this.history = List.copyOf(history);
        this.messages.addAll(messages);
        Message last = messages.get(messages.size() - 1);
        if (last.role() == Role.ASSISTANT) { // the failed run had its answer already
            setText(last.text());
            end = AgentEnd.ANSWERED;
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
            end = AgentEnd.ANSWERED;
        }
    }

    /** Ends the run with a part of an answer, because the time is over. */
    void cut(String partOfAnswer, Optional<Usage> usage) {
        turnUsage.add(usage);
        usage.ifPresent(runUsage::add);
        setText(partOfAnswer);
        end = AgentEnd.TIME;
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
            planned.add(new PlannedCall(call, refusal(call)));
        }
        return planned;
    }

    private @Nullable ToolResult refusal(ToolCall call) {
        OptionalLong forbidden = runUsage.takeCall();
        if (forbidden.isEmpty()) {
            return null;
        }
        end = AgentEnd.MAX_TOOL_CALLS;
        reached = forbidden.getAsLong();
        return ToolResult.error(call.id(), "Error: not run, because at most " + reached + " calls are allowed.");
    }

    /** Adds the results of a turn. */
    void results(List<PlannedCall> calls, List<ToolResult> results) {
        List<AgentResult.ExecutedCall> turn = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            turn.add(new AgentResult.ExecutedCall(calls.get(i).call(), results.get(i)));
        }
        executed.addAll(turn);
        messages.add(Message.toolResults(results));
        repeated = repeats.reached(turn);
    }

    /** Ends the run after this turn, because the results exceeded their limit. */
    void tooManyResults() {
        tooManyResults = true;
    }

    /** Returns why the run must end before the next turn; empty if it continues. */
    Optional<AgentEnd> end() {
        if (end == null) {
            OptionalLong tokens = runUsage.tokensReached();
            if (turnUsage.size() >= limits.maxTurns()) {
                end = AgentEnd.MAX_TURNS;
            } else if (tokens.isPresent()) {
                end = AgentEnd.MAX_TOKENS;
                reached = tokens.getAsLong();
            } else if (tooManyResults) {
                end = AgentEnd.MAX_RESULTS;
            } else if (repeated) {
                end = AgentEnd.REPEATED_CALL;
            }
        }
        return Optional.ofNullable(end);
    }

    /** Ends the run because its time is over, unless it has ended for another reason. */
    void outOfTime() {
        if (end == null) {
            end = AgentEnd.TIME;
        }
    }

    AgentResult result(List<LlmException> memoryFailures) {
        AgentEnd why = why();
        return new AgentResult(
                agent,
                sessionId,
                response(why),
                why,
                stopReason,
                turnUsage.size(),
                executed,
                runUsage.total(),
                turnUsage,
                memoryFailures);
    }

    private AgentEnd why() {
        return end == null ? AgentEnd.ANSWERED : end;
    }

    private String response(AgentEnd why) {
        return switch (why) {
            case ANSWERED -> text;
            case MAX_TURNS -> withTextSoFar("I've reached the maximum number of turns (" + limits.maxTurns() + ").");
            case MAX_TOOL_CALLS -> withTextSoFar("I've reached the maximum number of tool calls (" + reached + ").");
            case MAX_TOKENS -> withTextSoFar("I've reached the maximum number of tokens (" + reached + ").");
            case MAX_RESULTS ->
                withTextSoFar("I've reached the maximum size of tool results (" + limits.maxResultCharacters()
                        + " characters).");
            case TIME -> withTextSoFar("I've run out of time (" + AgentLimits.inSeconds(limits.totalTime()) + ").");
            case REPEATED_CALL ->
                withTextSoFar("I've made the same tool call " + limits.maxRepeatedCalls() + " times in a row.");
        };
    }

    /** Has the wording of the Python gateway, because its clients can depend on it. */
    private String withTextSoFar(String sentence) {
        return sentence + " Here's what I have so far: " + text;
    }

    /** Returns the turn to store. It ends with an answer even if a limit ended the run. */
    Turn turn() {
        List<Message> whole = new ArrayList<>(messages);
        if (end != AgentEnd.ANSWERED) {
            whole.add(Message.assistant(response(why())));
        } else if (messages.get(messages.size() - 1).text().isBlank() && !text.isEmpty()) {
            whole.set(whole.size() - 1, Message.assistant(text));
        }
        return new Turn(whole);
    }
}
