package dev.postern.examples;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.reactor.ReactorLlm;
import java.io.PrintStream;
import java.time.Duration;
import reactor.core.publisher.Flux;

/** Two streams of Reactor, one after the other; the second one is left early, which closes its connection. */
public final class Reactive {
    private Reactive() {}

    /** Runs the example. */
    public static void main(String[] args) throws Exception {
        Example.main(Reactive::run);
    }

    static void run(LlmProvider llm, PrintStream out) {
        ReactorLlm reactive = ReactorLlm.of(llm);
        Flux<String> text = reactive.text(CompletionRequest.of("Tell me a story in four sentences."));
        Flux.concat(text, Flux.just("\n\nThe first words again: "), text.take(5), Flux.just("\n"))
                .doOnNext(out::print)
                .contextWrite(context -> context.put(
                        CallContext.class, CallContext.builder().user("ann").build()))
                .blockLast(Duration.ofMinutes(2)); // a real program would return the Flux
    }
}
