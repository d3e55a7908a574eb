package dev.postern.testkit;

import dev.postern.CompletionCollector;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.StreamEvent.MessageStop;
import dev.postern.StreamEvent.ReasoningDelta;
import dev.postern.StreamEvent.ToolCallComplete;
import dev.postern.StreamEvent.ToolCallDelta;
import dev.postern.StreamEvent.ToolCallStart;
import dev.postern.StreamEvent.UsageReported;
import dev.postern.ToolCall;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber for tests that checks a stream event by event. It needs no test framework: what is not as expected is an {@link
 * AssertionError} that names the events so far.
 *
 * <pre>{@code
 * StreamProbe.of(llm.stream(request)).expectText("Hel").expectText("lo").expectEnd();
 * assertEquals("Hello", StreamProbe.of(llm.stream(request)).text());
 * StreamProbe.of(llm.stream(request)).expectText("Hel").expectFailure(Kind.INCOMPLETE_STREAM);
 * }</pre>
 *
 * <p>It requests nothing at the start. A method that begins with {@code expect} takes the next event, requests it unless it was
 * requested before, and waits for it; a wait fails after 30 seconds, or after the time of {@link #within}. Each of them fails,
 * too, if the stream has violated Reactive Streams: an event that was not requested, a signal after the end, concurrent signals.
 *
 * <p>For one thread; the stream may use others.
 */
public final class StreamProbe {
    private final Recorder<StreamEvent> recorder = Recorder.requesting(0);
    private Duration patience = FakeCalls.PATIENCE;
    private int taken;
    private long requested;

    private StreamProbe() {}

    /** Subscribes to this stream. */
    public static StreamProbe of(Flow.Publisher<StreamEvent> stream) {
        StreamProbe probe = new StreamProbe();
        probe.recorder.on(stream);
        return probe;
    }

    /** The limit of each wait from now on; default 30 seconds. */
    public StreamProbe within(Duration time) {
        patience = time;
        return this;
    }

    /** Requests more events, without waiting for them. */
    public StreamProbe request(long events) {
        requested = requested + events < 0 ? Long.MAX_VALUE : requested + events;
        recorder.request(events);
        return this;
    }

    /** Cancels the stream. What was received before can still be read. */
    public StreamProbe cancel() {
        recorder.cancel();
        return this;
    }

    // ---- event by event ---------------------------------------------------------------------------------------------

    /** Takes the next event, whatever it is. */
    public StreamEvent next() {
        return next("an event");
    }

    /** The next event is a piece of text, exactly this one. */
    public StreamProbe expectText(String piece) {
        return expect(new ContentDelta(piece));
    }

    /** The next event is a piece of reasoning with this text. */
    public StreamProbe expectReasoning(String piece) {
        ReasoningDelta event = next(ReasoningDelta.class);
        check(event.delta().equals(piece), "reasoning \"" + piece + "\"", event);
        return this;
    }

    /** The next events are one call of this tool, from its start to its end, with these arguments. */
    public StreamProbe expectToolCall(String tool, Map<String, ?> arguments) {
        ToolCall call = nextToolCall();
        check(
                call.name().equals(tool) && FakeAnswer.asRead(call.input()).equals(FakeAnswer.asRead(arguments)),
                "a call of " + tool + " with " + arguments,
                call);
        return this;
    }

    /** Takes one tool call from its start to its end; the events of other calls must not be in between. */
    public ToolCall nextToolCall() {
        ToolCallStart start = next(ToolCallStart.class);
        for (StreamEvent event = next("the rest of a tool call"); ; event = next("the rest of a tool call")) {
            if (event instanceof ToolCallComplete complete) {
                check(complete.call().id().equals(start.id()), "the end of tool call " + start.id(), event);
                return complete.call();
            }
            check(
                    event instanceof ToolCallDelta delta && delta.id().equals(start.id()),
                    "the rest of tool call " + start.id(),
                    event);
        }
    }

    /** The next event is the end of the answer, with this reason. */
    public StreamProbe expectStop(StopReason reason) {
        MessageStop event = next(MessageStop.class);
        check(event.stopReason() == reason, "a stop with " + reason, event);
        return this;
    }

    /** The next event is equal to this one. */
    public StreamProbe expect(StreamEvent expected) {
        StreamEvent event = next(String.valueOf(expected));
        check(event.equals(expected), String.valueOf(expected), event);
        return this;
    }

    /** Nothing follows but the stop and the usage of the answer, unless they were taken before, and onComplete. */
    public StreamProbe expectEnd() {
        for (StreamEvent event = nextOrEnd(); event != null; event = nextOrEnd()) {
            check(event instanceof MessageStop || event instanceof UsageReported, "the end", event);
        }
        check(recorder.failure() == null, "the end", recorder.failure());
        return this;
    }

    /** The stream fails now, with this kind; no event comes before. Returns the failure for further checks. */
    public LlmException expectFailure(LlmException.Kind kind) {
        StreamEvent event = nextOrEnd();
        check(event == null, "a failure with " + kind, event);
        Throwable failure = recorder.failure();
        if (failure instanceof LlmException known && known.kind() == kind) {
            return known;
        }
        throw wrong("a failure with " + kind, failure == null ? "onComplete" : failure);
    }

    // ---- the stream as a whole --------------------------------------------------------------------------------------

    /** Requests the rest and waits for the end, which may be a failure. All events, also those that were taken before. */
    public List<StreamEvent> events() {
        if (!recorder.isOver() && requested < Long.MAX_VALUE) {
            request(Long.MAX_VALUE);
        }
        while (nextOrEnd() != null) {}
        return recorder.items();
    }

    /** The whole text of a stream that does not fail, with what was taken before. */
    public String text() {
        return answer().content();
    }

    /** The whole answer of a stream that does not fail, with what was taken before. */
    public CompletionResponse answer() {
        CompletionCollector collector = new CompletionCollector();
        events().forEach(collector::accept);
        check(recorder.failure() == null, "a whole answer", recorder.failure());
        return collector.result();
    }

    /** All events that were received so far, without a wait. */
    public List<StreamEvent> eventsSoFar() {
        return recorder.items();
    }

    private <E extends StreamEvent> E next(Class<E> type) {
        StreamEvent event = next(type.getSimpleName());
        check(type.isInstance(event), type.getSimpleName(), event);
        return type.cast(event);
    }

    private StreamEvent next(String expected) {
        StreamEvent event = nextOrEnd();
        if (event == null) {
            Throwable failure = recorder.failure();
            throw wrong(expected, failure == null ? "onComplete" : failure);
        }
        return event;
    }

    private @Nullable StreamEvent nextOrEnd() {
        if (requested == taken && !recorder.isOver()) {
            request(1);
        }
        StreamEvent event = recorder.awaitItemOrEnd(taken, patience);
        recorder.assertNoViolations();
        taken += event == null ? 0 : 1;
        return event;
    }

    private void check(boolean good, String expected, @Nullable Object found) {
        if (!good) {
            throw wrong(expected, found);
        }
    }

    private AssertionError wrong(String expected, @Nullable Object found) {
        return new AssertionError(
                "Expected " + expected + ", but found " + Shown.shortened(String.valueOf(found))
                        + "; the events so far: " + Shown.list(recorder.items()),
                found instanceof Throwable thrown ? thrown : null);
    }
}
