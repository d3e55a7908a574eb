package dev.postern.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.openai.OpenAiProvider;
import dev.postern.testkit.WireServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Hooks;

/** Reactor's automatic propagation: what follows a call sees the thread-locals of its context on threads of Postern, too. */
@Timeout(60)
class AutomaticPropagationTest {
    @RegisterExtension
    static final Colour COLOUR = new Colour();

    private static final CompletionRequest REQUEST = CompletionRequest.of("Hello");
    private static final Duration WAIT = Duration.ofSeconds(30);

    private final List<String> seen = new CopyOnWriteArrayList<>();

    @BeforeEach
    void on() {
        Hooks.enableAutomaticContextPropagation();
    }

    @AfterEach
    void off() {
        Hooks.disableAutomaticContextPropagation();
    }

    @Test
    void operatorsSeeTheThreadLocalsOfTheirContext() {
        try (WireServer server = WireServer.openai()
                        .answer("Hel", "lo")
                        .answer("Hel", "lo")
                        .answer("Hello");
                LlmProvider llm = OpenAiProvider.builder()
                        .baseUrl(server.url())
                        .defaultModel("small")
                        .build()) {
            ReactorLlm reactive = ReactorLlm.of(llm);
            for (ReactorLlm each : List.of(reactive, reactive.nonBlocking())) {
                each.text(REQUEST)
                        .doOnNext(piece -> seen.add(piece + " " + Colour.current()))
                        .contextWrite(context -> context.put(Colour.KEY, "red"))
                        .blockLast(WAIT);
            }
            reactive.completions(REQUEST)
                    .doOnNext(answer -> seen.add(answer.content() + " " + Colour.current()))
                    .contextWrite(context -> context.put(Colour.KEY, "red"))
                    .block(WAIT);
        }

        assertThat(seen).containsExactly("Hel red", "lo red", "Hel red", "lo red", "Hello red");
    }
}
