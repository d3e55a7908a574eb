package dev.postern.examples;

import dev.postern.CompletionRequest;
import dev.postern.EventStream;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import java.io.PrintStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** The two ways to read a stream: a loop, which blocks, and a subscriber, which does not. */
public final class Streaming {
    private Streaming() {}

    /** Runs the example. */
    public static void main(String[] args) throws Exception {
        Example.main(Streaming::run);
    }

    static void run(LlmProvider llm, PrintStream out) {
        CompletionRequest request = CompletionRequest.of("Tell me a story in four sentences.");

        out.println("A loop, left at the first full stop; closing the stream ends the exchange with the server:");
        try (EventStream events = EventStream.of(llm.stream(request))) {
            for (StreamEvent event : events) {
                if (event instanceof StreamEvent.ContentDelta text) {
                    out.print(text.delta());
                    out.flush();
                    if (text.delta().contains(".")) {
                        break;
                    }
                }
            }
        }
        out.println();
        out.println();

        out.println("A subscriber; it asks for one event at a time, and what it does not ask for is not read:");
        Printer printer = new Printer(out);
        llm.stream(request).subscribe(printer); // sends the request and returns at once
        printer.done.join(); // a real program would do something else here
    }

    /** Prints text. */
    private static final class Printer implements Flow.Subscriber<StreamEvent> {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        private final PrintStream out;

        @SuppressWarnings("NullAway.Init") // set by onSubscribe, which is called first
        private Flow.Subscription subscription;

        Printer(PrintStream out) {
            this.out = out;
        }

        @Override
        public void onSubscribe(Flow.Subscription stream) {
            subscription = stream;
            stream.request(1);
        }

        @Override
        public void onNext(StreamEvent event) {
            if (event instanceof StreamEvent.ContentDelta text) {
                out.print(text.delta());
                out.flush();
            } else if (event instanceof StreamEvent.MessageStop stop) {
                out.println();
                out.println("(" + stop.model() + " stopped: " + stop.stopReason() + ")");
            }
            subscription.request(1);
        }

        @Override
        public void onError(Throwable failure) { // always an LlmException
            done.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            done.complete(null);
        }
    }
}
