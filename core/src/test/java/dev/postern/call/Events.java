package dev.postern.call;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.flow.FutureStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Function;

/** Streams and providers of events that a test lists. */
final class Events {
    static final CompletionRequest HELLO = CompletionRequest.of("Hello");
    static final StreamEvent STOP = new StreamEvent.MessageStop(StopReason.END_TURN, "m1", Map.of());

    private Events() {}

    static StreamEvent text(String text) {
        return new StreamEvent.ContentDelta(text);
    }

    /** So many events: texts, and last a message stop. */
    static List<StreamEvent> count(long events) {
        List<StreamEvent> all = new ArrayList<>();
        for (long i = 1; i < events; i++) {
            all.add(text(String.valueOf(i)));
        }
        if (events > 0) {
            all.add(STOP);
        }
        return all;
    }

    static List<StreamEvent> answer(String... texts) {
        List<StreamEvent> all = new ArrayList<>();
        for (String each : texts) {
            all.add(text(each));
        }
        all.add(STOP);
        all.add(new StreamEvent.UsageReported(Usage.of(7, texts.length)));
        return all;
    }

    static Flow.Publisher<StreamEvent> stream(List<StreamEvent> events) {
        return FutureStream.of(() -> CompletableFuture.completedFuture(events), list -> list, thrown -> thrown);
    }

    static Flow.Publisher<StreamEvent> failing(Throwable failure) {
        return FutureStream.<List<StreamEvent>, StreamEvent>of(
                () -> CompletableFuture.failedFuture(failure), list -> list, thrown -> thrown);
    }

    static LlmProvider provider(Function<CompletionRequest, Flow.Publisher<StreamEvent>> stream) {
        return new Streaming(stream);
    }

    private record Streaming(Function<CompletionRequest, Flow.Publisher<StreamEvent>> answers) implements LlmProvider {
        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
            return answers.apply(request);
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return dev.postern.CompletionCollector.collect(stream(request));
        }
    }
}
