package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
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
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.Instrumentation;
import dev.postern.call.Interceptor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The tests that each {@link Interceptor} must pass that lets requests through: its filter keeps the order of the events, respects
 * demand, survives a cancel and a failure at every place, is closed exactly once, and shares nothing between calls. A subclass, in the
 * tests of the interceptor, makes one. They run with JUnit 5 and AssertJ.
 *
 * <pre>{@code
 * class GuardrailTest extends InterceptorContract {
 *     protected Interceptor interceptor() { return new Guardrail(words); }
 * }
 * }</pre>
 *
 * <p>Override {@link #events} if the interceptor needs others to have an effect, {@link #request} if it refuses the default one, and
 * {@link #register} if it belongs around attempts.
 */
@Timeout(60)
public abstract class InterceptorContract {
    private final ClosedFilters filters = new ClosedFilters();

    /** For subclasses. */
    protected InterceptorContract() {}

    /** A new interceptor. */
    protected abstract Interceptor interceptor();

    /** The request of each call; one that the interceptor lets through. */
    protected CompletionRequest request() {
        return CompletionRequest.of("What is the weather in Paris?");
    }

    /** The answer of the model: by default text, reasoning and a tool call in pieces. */
    protected List<StreamEvent> events() {
        return List.of(
                ReasoningDelta.of("The user wants "),
                ReasoningDelta.of("the weather."),
                new ContentDelta("I will "),
                new ContentDelta("look "),
                new ContentDelta("it up."),
                new ToolCallStart("call-1", "weather"),
                new ToolCallDelta("call-1", "{\"city\":"),
                new ToolCallDelta("call-1", "\"Paris\"}"),
                new ToolCallComplete(ToolCall.of("call-1", "weather", Map.of("city", "Paris"))),
                new MessageStop(StopReason.TOOL_USE, "a-model", Map.of()),
                new UsageReported(Usage.of(12, 7)));
    }

    /** Registers the interceptor; around calls by default. */
    protected void register(Instrumentation.Builder builder, Interceptor interceptor) {
        builder.interceptor(interceptor);
    }

    private LlmProvider around(LlmProvider model) {
        Instrumentation.Builder builder = Instrumentation.builder();
        register(builder, filters.counting(interceptor()));
        return builder.build().around(model);
    }

    private FakeLlm model() {
        return FakeLlm.named("model").thenEvents(events().toArray(StreamEvent[]::new));
    }

    private List<StreamEvent> throughAll() {
        return StreamProbe.of(around(model()).stream(request())).events();
    }

    @Test
    void aWholeAnswerEnds() {
        assertThat(throughAll())
                .last()
                .matches(event -> event instanceof MessageStop || event instanceof UsageReported);
        filters.assertAllClosed(1, Outcome.ANSWERED);
    }

    @Test
    void oneEventAtATimeGivesTheSameEvents() {
        List<StreamEvent> all = throughAll();
        StreamProbe single = StreamProbe.of(around(model()).stream(request()));

        for (StreamEvent each : all) {
            assertThat(single.next()).isEqualTo(each);
        }
        single.expectEnd();
    }

    @Test
    void aWholeAnswerEqualsTheCollectedStream() {
        StreamProbe stream = StreamProbe.of(around(model()).stream(request()));

        assertThat(around(model()).completions(request()).message())
                .isEqualTo(stream.answer().message());
    }

    @Test
    void aCancelAtEachPlaceClosesTheFilterOnce() {
        int count = throughAll().size();
        filters.clear();
        for (int place = 0; place < count; place++) {
            FakeLlm model = model();
            StreamProbe stream = StreamProbe.of(around(model).stream(request()));
            for (int i = 0; i < place; i++) {
                stream.next();
            }
            stream.cancel();
            model.awaitIdle();
            filters.awaitClosed(place + 1);
        }
    }

    @Test
    void aFailureAtEachPlaceReachesTheCallerOnce() {
        for (int place = 0; place < events().size() - 2; place++) { // before the message stop
            LlmException failure = new LlmException(Kind.INCOMPLETE_STREAM, "cut after " + place);
            StreamProbe stream = StreamProbe.of(around(model().failAfter(place, failure)).stream(request()));

            stream.events();
            stream.expectFailure(Kind.INCOMPLETE_STREAM);
        }
        filters.assertAllClosed(events().size() - 2, Outcome.FAILED);
    }

    @Test
    void callsShareNothing() {
        LlmProvider both = around(model().thenEvents(events().toArray(StreamEvent[]::new)));
        List<StreamEvent> alone = throughAll();
        StreamProbe one = StreamProbe.of(both.stream(request()));
        StreamProbe other = StreamProbe.of(both.stream(request()));

        for (StreamEvent each : alone) {
            assertThat(one.next()).isEqualTo(each);
            assertThat(other.next()).isEqualTo(each);
        }
        one.expectEnd();
        other.expectEnd();
    }
}
