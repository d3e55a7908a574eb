package dev.postern.agent;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.agent.RunListener.RunEnd;
import dev.postern.agent.RunListener.RunWatch;
import dev.postern.agent.RunListener.ToolEnd;
import dev.postern.agent.RunListener.ToolOutcome;
import dev.postern.agent.RunListener.ToolWatch;
import dev.postern.agent.RunListener.TurnEnd;
import dev.postern.agent.RunListener.TurnWatch;
import dev.postern.call.CallListener.Outcome;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.News;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * What the listeners of one run are told. A part is open before a listener is asked about it, and the end of the run closes all open
 * parts; both happen inside of the news, so no part begins after the end and none is left open. Thread-safe.
 */
final class RunNews {
    private record Told(Watching by, RunWatch watch) {}

    private final News news = new News();
    private final long begun = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final List<Told> told = new ArrayList<>(1); // written before the run begins

    // Used inside of the news only.
    private final List<OpenPart<?>> open = new ArrayList<>();
    private int turns;
    private int toolCalls;
    private boolean endTold;

    /** Tells that the run begins. Returns its context with what listeners add. The current thread must be allowed to block. */
    CallContext begin(List<Watching> listeners, RunParts.Run start) {
        for (Watching each : listeners) {
            each.tell(() -> {
                RunWatch watch = Objects.requireNonNull(each.listener().begin(start), "the watch is null");
                if (watch != RunWatch.NONE) {
                    told.add(new Told(each, watch));
                }
            });
        }
        return start.told();
    }

    /** Runs a task that may begin a turn or a tool call: on this thread, unless a listener would block one that must not block. */
    void whereListenersMayBlock(Runnable task) {
        if (told.isEmpty()) {
            task.run();
        } else {
            Dispatcher.shared().runBlocking(task);
        }
    }

    /** A turn begins. */
    OpenPart<TurnWatch> turn(CallContext context) {
        OpenPart<TurnWatch> part = new OpenPart<>(
                context,
                (watch, elapsed) -> watch.end(new TurnEnd(
                        Outcome.CANCELLED, Optional.empty(), Optional.empty(), 0, Optional.empty(), elapsed)));
        begin(part, () -> new RunParts.Turn(context, ++turns), RunWatch::turn, TurnWatch.NONE);
        return part;
    }

    /** A tool call begins. */
    OpenPart<ToolWatch> tool(CallContext context, ToolCall call, String description, String agent) {
        OpenPart<ToolWatch> part = new OpenPart<>(
                context,
                (watch, elapsed) ->
                        watch.end(new ToolEnd(ToolOutcome.CANCELLED, Optional.empty(), Optional.empty(), elapsed)));
        begin(
                part,
                () -> {
                    toolCalls++;
                    return new RunParts.Tool(context, call, description, agent, turns);
                },
                RunWatch::tool,
                ToolWatch.NONE);
        return part;
    }

    private <W, S extends RunParts.Start> void begin(
            OpenPart<W> part, Supplier<S> start, BiFunction<RunWatch, S, W> ask, W none) {
        if (told.isEmpty()) {
            return;
        }
        part.carries(news.ask(() -> {
            S starting = start.get();
            if (!endTold) {
                open.add(part);
                told.forEach(
                        each -> each.by.tell(() -> part.watchedBy(each.by, ask.apply(each.watch, starting), none)));
            }
            return starting.told();
        }));
    }

    /** Tells the end of a turn or a tool call, unless it was told. */
    <W> void end(OpenPart<W> part, BiConsumer<W, Duration> end) {
        if (!told.isEmpty()) {
            Duration elapsed = part.elapsed();
            news.tell(() -> {
                if (open.remove(part)) {
                    part.tellEnd(end, elapsed);
                }
            });
        }
    }

    /** The run has answered. */
    void answered(AgentResult result) {
        end(Outcome.ANSWERED, Optional.of(result), result.usage(), Optional.empty());
    }

    /** The run has failed. */
    void failed(Throwable failure, Optional<Usage> usage) {
        end(Outcome.FAILED, Optional.empty(), usage, Optional.of(LlmException.of(failure)));
    }

    /** The run was cancelled. No effect after another end. */
    void cancelled(Optional<Usage> usage) {
        end(Outcome.CANCELLED, Optional.empty(), usage, Optional.empty());
    }

    private void end(
            Outcome outcome, Optional<AgentResult> result, Optional<Usage> usage, Optional<LlmException> failure) {
        if (!told.isEmpty() && ended.compareAndSet(false, true)) {
            Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
            news.tell(() -> {
                open.forEach(OpenPart::tellCancelled);
                open.clear();
                RunEnd end = new RunEnd(outcome, result, usage, turns, toolCalls, failure, elapsed);
                told.forEach(each -> each.by.tell(() -> each.watch.end(end)));
                endTold = true;
            });
        }
    }
}
