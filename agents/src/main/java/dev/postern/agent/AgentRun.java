package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.agent.RunListener.TurnWatch;
import dev.postern.flow.FutureStream;
import dev.postern.flow.Relay;
import dev.postern.flow.WaitingCaller;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One run for one subscriber: the opening, then the model and its tools in turns, then the ending. */
final class AgentRun implements Relay.Script {
    private static final System.Logger LOG = System.getLogger("dev.postern.agent");

    private enum Step {
        OPENING,
        MODEL,
        TOOLS,
        ENDING
    }

    private final AgentSettings settings;
    private final LlmProvider llm;
    private final ParentContext parent;
    private final RunScope scope;
    private final RunUsage usage;
    private final MemoryFailures memoryFailures;
    private final RunMemory memory;
    private final Relay<AgentEvent> relay;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final RunDeadline deadline = new RunDeadline();
    private volatile RunProgress progress;
    private volatile @Nullable ModelTurn turn;

    // Not synchronized: the opening and the signals of the steps use these one after the other.
    private Step step = Step.OPENING;
    private @Nullable RunContext context;
    private @Nullable Transcript transcript;
    private @Nullable CallIds ids;
    private @Nullable OpenPart<TurnWatch> watched;
    private @Nullable ToolPhase tools;
    private List<PlannedCall> planned = List.of();

    AgentRun(
            AgentSettings settings,
            LlmProvider llm,
            AgentInput input,
            ParentContext parent,
            Flow.Subscriber<? super AgentEvent> to) {
        this.settings = settings;
        this.llm = llm;
        this.parent = parent;
        this.usage = new RunUsage(settings.limits(), parent.usage());
        this.memoryFailures = new MemoryFailures(settings.memoryRequired(), parent.memoryFailures());
        String session = input.sessionId().isEmpty() ? settings.newSessionId().get() : input.sessionId();
        this.scope = RunScope.begin(settings, input, parent, session, !(llm instanceof NonStreamingProvider));
        this.memory = new RunMemory(settings, input, parent.depth(), scope, usage, memoryFailures);
        this.progress = new RunProgress(input.openingMessages(), null);
        this.relay = new Relay<>(to, this);
    }

    void start() {
        relay.open();
        if (relay.isOver()) {
            return;
        }
        deadline.start(settings.timer(), scope.limits(settings.limits()).totalTime());
        relay.next(FutureStream.of(
                this::open,
                opened -> {
                    transcript = opened;
                    return List.of(new AgentEvent.Started(opened.sessionId()));
                },
                LlmException::of));
    }

    private CompletableFuture<Transcript> open() {
        if (scope.isTooLate()) {
            throw RunFailure.tooLate();
        }
        context = RunContext.of(settings, scope, parent, usage, memoryFailures);
        CompletableFuture<Transcript> opening = memory.opening();
        // Reading the history ends with the run's time at the latest.
        deadline.watch(() -> {
            if (!opening.isDone()) {
                opening.complete(memory.openingTimedOut());
            }
        });
        return opening;
    }

    @Override
    public void completed() {
        deadline.watch(null);
        try {
            proceed(Objects.requireNonNull(transcript));
        } catch (Throwable e) { // a provider that throws instead of failing its stream; no caller could end the run
            end(e);
        }
    }

    private void proceed(Transcript transcript) {
        switch (step) {
            case OPENING -> {
                ids = new CallIds(transcript.conversation());
                askModel(transcript);
            }
            case MODEL -> {
                ModelTurn finished = Objects.requireNonNull(turn);
                if (!finished.count()) {
                    return; // the run was cancelled
                }
                turn = null;
                turnEnded(finished, null);
                finished.response()
                        .ifPresentOrElse(
                                transcript::answered,
                                () -> transcript.cut(finished.textSoFar(), finished.usageSoFar()));
                if (finished.response().isPresent() && !transcript.calls().isEmpty()) {
                    useTools(transcript);
                } else {
                    finish(transcript);
                }
            }
            case TOOLS -> {
                ToolPhase finished = Objects.requireNonNull(tools);
                transcript.results(planned, finished.results());
                if (Objects.requireNonNull(context).results().isExceeded()) {
                    transcript.tooManyResults();
                }
                progress = new RunProgress(transcript.runMessages(), null);
                memory.refuseFailures();
                askModel(transcript);
            }
            case ENDING -> {
                if (ended.compareAndSet(false, true)) {
                    deadline.stop();
                    relay.complete();
                }
            }
        }
    }

    private void askModel(Transcript transcript) {
        if (deadline.isExpired()) {
            transcript.outOfTime();
        }
        if (transcript.end().isPresent()) {
            finish(transcript);
            return;
        }
        step = Step.MODEL;
        progress = new RunProgress(transcript.runMessages(), null);
        scope.news().whereListenersMayBlock(() -> {
            try {
                ask(transcript);
            } catch (Throwable e) { // as in completed(), if another thread runs this
                end(e);
            }
        });
    }

    private void ask(Transcript transcript) {
        OpenPart<TurnWatch> part = scope.news().turn(scope.context());
        watched = part;
        Flow.Publisher<StreamEvent> answer = llm.stream(
                settings.request(Objects.requireNonNull(context), part.context(), transcript.conversation()));
        ModelTurn next = new ModelTurn(
                Objects.requireNonNull(answer, "LlmProvider.stream returned null"), Objects.requireNonNull(ids));
        turn = next;
        run(next, next);
    }

    private void turnEnded(ModelTurn finished, @Nullable Throwable failure) {
        OpenPart<TurnWatch> part = watched;
        if (part != null) {
            scope.news().end(part, (watch, elapsed) -> watch.end(finished.end(failure, elapsed)));
        }
    }

    private void useTools(Transcript transcript) {
        step = Step.TOOLS;
        planned = transcript.plan();
        ToolPhase next = new ToolPhase(planned, Objects.requireNonNull(context));
        tools = next;
        progress = new RunProgress(transcript.runMessages(), next);
        run(next, next);
    }

    private void run(RunPhase phase, Flow.Publisher<AgentEvent> events) {
        relay.next(downstream -> {
            deadline.watch(phase);
            boolean begun = WaitingCaller.begin(parent.callerWaits()); // the phase before ended on another thread
            try {
                events.subscribe(downstream);
            } finally {
                WaitingCaller.end(begun);
            }
            if (deadline.isExpired()) { // expired before it had subscribed; an ended phase ignores it
                phase.expire();
            }
        });
    }

    private void finish(Transcript transcript) {
        step = Step.ENDING;
        progress = new RunProgress(transcript.runMessages(), null);
        relay.next(FutureStream.of(
                () -> memory.store(transcript),
                stored -> {
                    AgentResult result = transcript.result(memoryFailures.list());
                    scope.news().answered(result);
                    return List.of(new AgentEvent.Done(result));
                },
                LlmException::of));
    }

    @Override
    public void failed(Throwable cause) {
        try {
            ModelTurn refused = turn;
            if (refused != null) {
                turnEnded(refused, cause);
            }
            if (refused != null && scope.isDeadlineOver() && RunFailure.isTimeout(cause)) {
                // the provider noticed the end of the run's time before our timer did
                deadline.expire();
                completed();
                return;
            }
            if (refused != null
                    && refused.isTooLong(cause)
                    && Objects.requireNonNull(transcript).shorten()) {
                LOG.log(
                        Level.INFO,
                        "older turns of a session are left out, because the conversation is too long"
                                + " for the model");
                askModel(transcript);
                return;
            }
        } catch (Throwable e) { // as in completed()
            end(e);
            return;
        }
        end(cause);
    }

    private void end(Throwable cause) {
        if (ended.compareAndSet(false, true)) {
            deadline.stop();
            ModelTurn failed = turn;
            if (failed != null && failed.count()) {
                RunFailure.cost(cause, failed).ifPresent(usage::add);
            }
            // An invalid request(n) is reported unchanged (Reactive Streams §3.9).
            Throwable shown = relay.isInvalidDemand(cause) ? cause : RunFailure.of(cause, progress, usage);
            scope.news().failed(shown, usage.total());
            relay.fail(shown);
        }
    }

    /** Returns the exception for a thread that was interrupted while it waited for this run. */
    LlmException interrupted(InterruptedException cause) {
        return RunFailure.interrupted(cause, progress, usage);
    }

    @Override
    public void cancelled() {
        if (ended.compareAndSet(false, true)) {
            deadline.stop();
            ModelTurn open = turn;
            if (open != null && open.count()) {
                open.usageSoFar().ifPresent(usage::add);
            }
            scope.news().cancelled(usage.total());
        }
    }
}
