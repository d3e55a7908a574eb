package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.flow.FutureStream;
import dev.postern.flow.Relay;
import dev.postern.flow.Timer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One run: the opening, the model and its tools in turn, the ending, one after the other behind one subscriber. */
final class AgentRun implements Relay.Script {
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
    private final RunMemory memory;
    private final Relay<AgentEvent> relay;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile Runnable cancelDeadline = () -> {};
    private volatile boolean expired;
    private volatile @Nullable Phase current;
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
        this.memory = new RunMemory(settings, input, lineage.depth(), spending);
        this.progress = new Progress(input.said(), null);
        this.relay = new Relay<>(to, this);
    }

    void start() {
        relay.open();
        if (relay.isOver()) {
            return;
        }
        if (!settings.limits().totalTime().isZero()) {
            cancelDeadline =
                    settings.timer().after(Timer.nanos(settings.limits().totalTime()), this::expire);
            if (over.get()) {
                cancelDeadline.run();
            }
        }
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
                settings.toolbox(input.user()),
                settings.limits(),
                settings.approval(),
                new ToolFailures(settings.toolFailures()),
                lineage,
                spending,
                new ResultBudget(settings.limits().maxResultCharacters()),
                settings.executor(),
                settings.timer());
        CompletableFuture<Transcript> opening = memory.opening();
        // What was said before is not worth more time than the whole run has.
        begins(() -> opening.complete(memory.withoutHistory()));
        return opening;
    }

    private void expire() {
        expired = true;
        Phase running = current;
        if (running != null) {
            running.expire();
        }
    }

    /** A phase has begun, which {@link #expire} ends from now on. */
    private void begins(Phase phase) {
        current = phase;
        if (expired) {
            phase.expire();
        }
    }

    @Override
    public void completed() {
        current = null;
        try {
            proceed(Objects.requireNonNull(transcript));
        } catch (Throwable e) { // of a provider that throws where it should fail: nobody above could end the run
            failed(e);
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
                goOn(log);
            }
            case ENDING -> {
                if (over.compareAndSet(false, true)) {
                    cancelDeadline.run();
                    relay.complete();
                }
            }
        }
    }

    private void goOn(Transcript log) {
        if (expired) {
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
            current = phase;
            events.subscribe(downstream);
            if (expired) { // since before it could be told; a phase that is over does not mind
                phase.expire();
            }
        });
    }

    private void finish(Transcript log) {
        step = Step.ENDING;
        progress = new Progress(log.said(), null);
        AgentResult result = log.result();
        relay.next(new FutureStream<>(
                () -> memory.store(log), stored -> List.of(new AgentEvent.Done(result)), LlmException::of));
    }

    @Override
    public void failed(Throwable cause) {
        if (over.compareAndSet(false, true)) {
            cancelDeadline.run();
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
        cancelDeadline.run();
    }
}
