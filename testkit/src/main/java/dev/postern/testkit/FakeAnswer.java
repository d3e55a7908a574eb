package dev.postern.testkit;

import dev.postern.CompletionResponse;
import dev.postern.Content;
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
import dev.postern.Usage;
import dev.postern.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One answer of a script. Immutable.
 *
 * @param steps the answer as a stream
 * @param whole what {@code completions} returns; null if it is the fold of the events
 */
record FakeAnswer(List<Step> steps, @Nullable CompletionResponse whole) {
    /** What an answer costs unless the test says otherwise. */
    static final Usage USAGE = Usage.of(10, 5);

    FakeAnswer {
        steps = List.copyOf(steps);
    }

    static FakeAnswer text(String... pieces) {
        List<StreamEvent> events = new ArrayList<>();
        for (String piece : pieces) {
            if (!piece.isEmpty()) {
                events.add(new ContentDelta(piece));
            }
        }
        events.add(new MessageStop(StopReason.END_TURN, "", Map.of()));
        events.add(new UsageReported(USAGE));
        return events(events);
    }

    /** A call with arguments as providers read them, so that a number has the class that it has with a real server. */
    static ToolCall toolCall(String id, String tool, Map<String, ?> arguments) {
        return ToolCall.of(id, tool, asRead(arguments));
    }

    /** The same values, each in the class in which JSON is read. */
    @SuppressWarnings("unchecked") // the text of a map is read as a map
    static Map<String, ?> asRead(Map<String, ?> values) {
        return (Map<String, ?>) Objects.requireNonNull(Json.parse(Json.text(values)));
    }

    static FakeAnswer toolCalls(List<ToolCall> calls) {
        return of(CompletionResponse.builder()
                .content(calls)
                .stopReason(StopReason.TOOL_USE)
                .usage(USAGE)
                .build());
    }

    static FakeAnswer of(CompletionResponse response) {
        return new FakeAnswer(emit(eventsOf(response)), response);
    }

    static FakeAnswer events(List<StreamEvent> events) {
        return new FakeAnswer(emit(events), null);
    }

    static FakeAnswer failing(LlmException failure) {
        return new FakeAnswer(List.of(new Step.Fail(failure)), null);
    }

    static FakeAnswer hanging() {
        return new FakeAnswer(List.of(new Step.Hang()), null);
    }

    private static List<Step> emit(List<StreamEvent> events) {
        return events.stream().<Step>map(Step.Emit::new).toList();
    }

    /** The events of an answer; the arguments of a tool call are one piece. */
    private static List<StreamEvent> eventsOf(CompletionResponse response) {
        List<StreamEvent> events = new ArrayList<>();
        for (Content part : response.message().parts()) {
            if (part instanceof Content.Text text && !text.text().isEmpty()) {
                events.add(new ContentDelta(text.text()));
            } else if (part instanceof Content.Reasoning thought) {
                events.add(new ReasoningDelta(
                        thought.text(), thought.signature(), thought.redacted(), thought.providerData()));
            } else if (part instanceof ToolCall call) {
                events.add(new ToolCallStart(call.id(), call.name()));
                events.add(new ToolCallDelta(call.id(), argumentsOf(call)));
                events.add(new ToolCallComplete(call));
            }
        }
        events.add(new MessageStop(response.stopReason(), response.model(), response.serverInfo()));
        response.usage().ifPresent(usage -> events.add(new UsageReported(usage)));
        return events;
    }

    /** The arguments as the text that a model writes. */
    static String argumentsOf(ToolCall call) {
        return call.malformedInput() ? String.valueOf(call.input().get(ToolCall.RAW)) : Json.text(call.input());
    }

    /** All events, without waits and failures. */
    List<StreamEvent> events() {
        List<StreamEvent> events = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof Step.Emit emit) {
                events.add(emit.event());
            }
        }
        return events;
    }

    /** This answer up to an event, and then this step. */
    FakeAnswer after(int events, Step last) {
        List<Step> kept = new ArrayList<>();
        int left = events;
        for (Step step : steps) {
            if (step instanceof Step.Emit && --left < 0) {
                break;
            }
            kept.add(step);
        }
        if (events < 0 || left > 0) {
            throw new IllegalArgumentException(
                    "the answer has " + events().size() + " events, so nothing can happen after " + events);
        }
        kept.add(last);
        return new FakeAnswer(kept, null);
    }

    /** This answer without its stop and its usage. */
    FakeAnswer withoutStop() {
        List<Step> kept = new ArrayList<>(steps);
        kept.removeIf(step -> step instanceof Step.Emit emit
                && (emit.event() instanceof MessageStop || emit.event() instanceof UsageReported));
        return new FakeAnswer(kept, null);
    }

    /** This answer after this wait. */
    FakeAnswer startingWith(Step wait) {
        List<Step> all = new ArrayList<>(steps);
        all.add(0, wait);
        return new FakeAnswer(all, whole);
    }

    /** This answer with this time before each event. */
    FakeAnswer paced(Duration time) {
        List<Step> all = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof Step.Emit) {
                all.add(new Step.Delay(time));
            }
            all.add(step);
        }
        return new FakeAnswer(all, whole);
    }

    /** This answer with this usage, or without usage. */
    FakeAnswer usage(@Nullable Usage usage) {
        List<Step> all = new ArrayList<>();
        for (Step step : steps) {
            if (!(step instanceof Step.Emit emit && emit.event() instanceof UsageReported)) {
                all.add(step);
            }
            if (step instanceof Step.Emit emit && emit.event() instanceof MessageStop && usage != null) {
                all.add(new Step.Emit(new UsageReported(usage)));
            }
        }
        return new FakeAnswer(
                all, whole == null ? null : copy(whole).usage(usage).build());
    }

    /** This answer, made by this model if it names none. */
    FakeAnswer by(String model) {
        UnaryOperator<Step> named = step -> step instanceof Step.Emit emit
                        && emit.event() instanceof MessageStop stop
                        && stop.model().isEmpty()
                ? new Step.Emit(new MessageStop(stop.stopReason(), model, stop.serverInfo()))
                : step;
        CompletionResponse answer = whole == null || !whole.model().isEmpty() || model.isEmpty()
                ? whole
                : copy(whole).model(model).build();
        return new FakeAnswer(steps.stream().map(named).toList(), answer);
    }

    private static CompletionResponse.Builder copy(CompletionResponse response) {
        return CompletionResponse.builder()
                .model(response.model())
                .content(response.message().parts())
                .stopReason(response.stopReason())
                .usage(response.usage().orElse(null))
                .serverInfo(response.serverInfo());
    }
}
