package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.flow.FutureStream;
import dev.postern.flow.Relay;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One run: the opening, the model and its tools in turn, the ending, one after the other behind one subscriber. */
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
    private final AgentInput input;
    private final Lineage lineage;
    private final Spending spending;
    private final MemoryFailures memoryFailures;
    private final RunMemory memory;
    private final Relay<AgentEvent> relay;
    private final AtomicBoolean over = new AtomicBoolean();
    private final RunClock clock = new RunClock();
    private volatile Progress progress;

    // Touched by the opening and then by the signals of the parts, which come one after the other.
    private Step step = Step.OPENING;
    private @Nullable RunContext context;
    private @Nullable Transcript transcript;
    private @Nullable CallIds ids;
    private @Nullable ModelTurn turn;
    private @Nullable ToolPhase tools;
    private List<PlannedCall> planned = List.of();

    AgentRun(
            AgentSettings settings,
            LlmProvider llm,
            AgentInput input,
            Lineage lineage,
            Flow.Subscriber<? super AgentEvent> to) {
        this.settings = settings;
        this.llm = llm;
        this.input = input;
        this.lineage = lineage;
        this.spending = new Spending(settings.limits(), lineage.above());
        this.memoryFailures = new MemoryFailures(settings.memoryRequired(), lineage.memoryAbove());
        this.memory = new RunMemory(settings, input, lineage.depth(), spending, memoryFailures);
        this.progress = new Progress(input.said(), null);
        this.relay = new Relay<>(to, this);
    }

    void start() {
        relay.open();
        if (relay.isOver()) {
            return;
        }
        clock.start(settings.timer(), settings.limits().totalTime());
        relay.next(new FutureStream<>(
                this::open,
                opened -> {
                    transcript = opened;
                    return List.of(new AgentEvent.Started(opened.sessionId()));
                },
                LlmException::of));
    }

    private CompletableFuture<Transcript> open() {
        context = new RunContext(
                input,
                settings.toolbox(input.user(), memoryFailures),
                settings.limits(),
                settings.approval(),
                new ToolFailures(settings.toolFailures()),
                lineage,
                spending,
                memoryFailures,
                new ResultBudget(settings.limits().maxResultCharacters()),
                settings.executor(),
                settings.timer());
        CompletableFuture<Transcript> opening = memory.opening();
        // What was said before is not worth more time than the whole run has.
        clock.watch(() -> {
            if (!opening.isDone()) {
                opening.complete(memory.tooLate());
            }
        });
        return opening;
    }

    @Override
    public void completed() {
        clock.watch(null);
        try {
            proceed(Objects.requireNonNull(transcript));
        } catch (Throwable e) { // of a provider that throws where it should fail: nobody above could end the run
            end(e);
        }
    }

    private void proceed(Transcript log) {
        switch (step) {
            case OPENING -> {
                ids = new CallIds(log.messages());
                goOn(log);
            }
            case MODEL -> {
                ModelTurn spoken = Objects.requireNonNull(turn);
                turn = null; // its cost is counted now
                spoken.response()
                        .ifPresentOrElse(log::answered, () -> log.cut(spoken.textSoFar(), spoken.usageSoFar()));
                if (spoken.response().isPresent() && !log.calls().isEmpty()) {
                    useTools(log);
                } else {
                    finish(log);
                }
            }
            case TOOLS -> {
                ToolPhase used = Objects.requireNonNull(tools);
                log.results(planned, used.results());
                if (Objects.requireNonNull(context).results().isExceeded()) {
                    log.tooManyResults();
                }
                progress = new Progress(log.said(), null);
                memory.refuseFailures();
                goOn(log);
            }
            case ENDING -> {
                if (over.compareAndSet(false, true)) {
                    clock.stop();
                    relay.complete();
                }
            }
        }
    }

    private void goOn(Transcript log) {
        if (clock.isExpired()) {
            log.outOfTime();
        }
        if (log.end().isPresent()) {
            finish(log);
            return;
        }
        step = Step.MODEL;
        progress = new Progress(log.said(), null);
        Flow.Publisher<StreamEvent> answer =
                llm.stream(settings.request(Objects.requireNonNull(context), log.messages()));
        ModelTurn next =
                new ModelTurn(Objects.requireNonNull(answer, "a stream that is null"), Objects.requireNonNull(ids));
        turn = next;
        run(next, next);
    }

    private void useTools(Transcript log) {
        step = Step.TOOLS;
        planned = log.plan();
        ToolPhase next = new ToolPhase(planned, Objects.requireNonNull(context));
        tools = next;
        progress = new Progress(log.said(), next);
        run(next, next);
    }

    private void run(Phase phase, Flow.Publisher<AgentEvent> events) {
        relay.next(downstream -> {
            clock.watch(phase);
            events.subscribe(downstream);
            if (clock.isExpired()) { // since before it could be told; a phase that is over does not mind
                phase.expire();
            }
        });
    }

    private void finish(Transcript log) {
        step = Step.ENDING;
        progress = new Progress(log.said(), null);
        relay.next(new FutureStream<>(
                () -> memory.store(log),
                stored -> List.of(new AgentEvent.Done(log.result(memoryFailures.list()))),
                LlmException::of));
    }

    @Override
    public void failed(Throwable cause) {
        try {
            if (isTooLong(cause) && Objects.requireNonNull(transcript).shorten()) {
                LOG.log(Level.INFO, "older turns of a session are left out, as the model cannot read so much");
                goOn(transcript);
                return;
            }
        } catch (Throwable e) { // as in completed()
            end(e);
            return;
        }
        end(cause);
    }

    /** Whether the model refused to read so much, before it answered anything and before it cost anything. */
    private boolean isTooLong(Throwable cause) {
        ModelTurn refused = turn;
        return refused != null
                && !refused.hasBegun()
                && cause instanceof LlmException failure
                && failure.kind() == LlmException.Kind.CONTEXT_LENGTH
                && failure.answer().isEmpty();
    }

    private void end(Throwable cause) {
        if (over.compareAndSet(false, true)) {
            clock.stop();
            ModelTurn failed = turn;
            if (failed != null) {
                RunFailure.cost(cause, failed).ifPresent(spending::add);
            }
            // A request for nothing is told as it is (§3.9).
            relay.fail(cause instanceof IllegalArgumentException ? cause : RunFailure.of(cause, progress, spending));
        }
    }

    /** The exception for a thread that was interrupted while it waited for this run. */
    LlmException interrupted(InterruptedException cause) {
        return RunFailure.interrupted(cause, progress, spending);
    }

    @Override
    public void cancelled() {
        over.set(true);
        clock.stop();
    }
}
