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

/** What was said in one run, what it cost, and whether it may go on. Not thread-safe. */
final class Transcript {
    private final String agent;
    private final String sessionId;
    private final AgentLimits limits;
    private final Spending spending;
    private final Repeats repeats;
    private List<Message> before;
    private boolean halved;
    private final List<Message> said = new ArrayList<>();
    private final List<AgentResult.Executed> executed = new ArrayList<>();
    private final List<Optional<Usage>> turnUsage = new ArrayList<>();
    private StopReason stopReason = StopReason.OTHER;
    private String text = "";
    private boolean repeated;
    private boolean tooManyResults;
    /** The bound of calls or tokens that ended the run. */
    private long reached;

    private @Nullable AgentEnd end;

    /** A run that begins with what came before, and with what the user says or a run that failed had said. */
    Transcript(
            String agent,
            String sessionId,
            AgentLimits limits,
            Spending spending,
            List<Message> before,
            List<Message> said) {
        this.agent = agent;
        this.sessionId = sessionId;
        this.limits = limits;
        this.spending = spending;
        this.repeats = new Repeats(limits.maxRepeatedCalls());
        this.before = List.copyOf(before);
        this.said.addAll(said);
        Message last = said.get(said.size() - 1);
        if (last.role() == Role.ASSISTANT) { // the run that failed had its answer already
            remember(last.text());
            end = AgentEnd.ANSWERED;
        }
    }

    String sessionId() {
        return sessionId;
    }

    /** The conversation so far, as the model is to read it. */
    List<Message> messages() {
        List<Message> all = new ArrayList<>(before);
        all.addAll(said);
        return all;
    }

    /**
     * The model cannot read so much: leaves out older turns of the session, first about half of what they are in tokens,
     * then all. Whether there was something to leave out.
     */
    boolean shorten() {
        if (before.isEmpty()) {
            return false;
        }
        before = halved ? List.of() : HistoryWindow.newerHalf(before);
        halved = true;
        return true;
    }

    /** The model has answered. */
    void answered(CompletionResponse answer) {
        turnUsage.add(answer.usage());
        answer.usage().ifPresent(spending::add);
        stopReason = answer.stopReason();
        said.add(answer.message());
        remember(answer.content());
        if (answer.toolCalls().isEmpty()) {
            end = AgentEnd.ANSWERED;
        }
    }

    /** The model was stopped while it spoke. */
    void cut(String partOfAnswer, Optional<Usage> usage) {
        turnUsage.add(usage);
        usage.ifPresent(spending::add);
        remember(partOfAnswer);
        end = AgentEnd.TIME;
    }

    private void remember(String more) {
        if (!more.isBlank()) {
            text = more;
        }
    }

    /** What was said in this run so far. */
    List<Message> said() {
        return List.copyOf(said);
    }

    /** The calls of the last answer. */
    List<ToolCall> calls() {
        return said.get(said.size() - 1).toolCalls();
    }

    /** What is to become of them. Those that go too far are refused, and the run ends with this turn. */
    List<PlannedCall> plan() {
        List<PlannedCall> planned = new ArrayList<>();
        for (ToolCall call : calls()) {
            planned.add(new PlannedCall(call, refusal(call)));
        }
        return planned;
    }

    private @Nullable ToolResult refusal(ToolCall call) {
        OptionalLong forbidden = spending.takeCall();
        if (forbidden.isEmpty()) {
            return null;
        }
        end = AgentEnd.MAX_TOOL_CALLS;
        reached = forbidden.getAsLong();
        return ToolResult.error(call.id(), "Error: not run, as no more than " + reached + " calls are allowed.");
    }

    /** The tools have answered. */
    void results(List<PlannedCall> calls, List<ToolResult> results) {
        List<AgentResult.Executed> turn = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            turn.add(new AgentResult.Executed(calls.get(i).call(), results.get(i)));
        }
        executed.addAll(turn);
        said.add(Message.toolResults(results));
        repeated = repeats.reached(turn);
    }

    /** The results have exceeded their bound, and some were cut. */
    void tooManyResults() {
        tooManyResults = true;
    }

    /** Why the run must end before the model is asked again, if it must. */
    Optional<AgentEnd> end() {
        if (end == null) {
            OptionalLong tokens = spending.tokensReached();
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

    /** The time is over; that is the end unless there was one before. */
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
                spending.total(),
                turnUsage,
                memoryFailures);
    }

    private AgentEnd why() {
        return end == null ? AgentEnd.ANSWERED : end;
    }

    private String response(AgentEnd why) {
        return switch (why) {
            case ANSWERED -> text;
            case MAX_TURNS -> soFar("I've reached the maximum number of turns (" + limits.maxTurns() + ").");
            case MAX_TOOL_CALLS -> soFar("I've reached the maximum number of tool calls (" + reached + ").");
            case MAX_TOKENS -> soFar("I've reached the maximum number of tokens (" + reached + ").");
            case MAX_RESULTS ->
                soFar("I've reached the maximum size of tool results (" + limits.maxResultCharacters()
                        + " characters).");
            case TIME -> soFar("I've run out of time (" + AgentLimits.inSeconds(limits.totalTime()) + ").");
            case REPEATED_CALL ->
                soFar("I've made the same tool call " + limits.maxRepeatedCalls() + " times in a row.");
        };
    }

    /** In the words of the Python gateway, whose clients may look for them. */
    private String soFar(String sentence) {
        return sentence + " Here's what I have so far: " + text;
    }

    /** What is stored: the whole turn, which ends with an answer even if a limit ended the run. */
    Turn turn() {
        List<Message> whole = new ArrayList<>(said);
        if (end != AgentEnd.ANSWERED) {
            whole.add(Message.assistant(response(why())));
        } else if (said.get(said.size() - 1).text().isBlank() && !text.isEmpty()) {
            whole.set(whole.size() - 1, Message.assistant(text));
        }
        return new Turn(whole);
    }
}
