package dev.postern.examples;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.EventStream;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.Message;
import dev.postern.StreamEvent;
import dev.postern.config.GatewayLoader;
import dev.postern.config.RunningGateway;
import dev.postern.gateway.Gateway;
import dev.postern.spi.ProviderContext;
import dev.postern.spi.ProviderFactory;
import dev.postern.spi.Settings;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * An own provider: its implementation, its factory, its name in a configuration, and its use as a backend.
 *
 * <p>{@code META-INF/services/dev.postern.spi.ProviderFactory} names the factory, so that it is found. A module also
 * needs {@code provides dev.postern.spi.ProviderFactory with …} in {@code module-info.java}.
 */
public final class CustomProvider {
    private static final String CONFIGURATION = """
            providers:
              llm:
                default: parrot
                backends:
                  parrot: {backend: parrot, config: {phrase: "Pieces of eight!", times: 3}}
            """;

    private CustomProvider() {}

    /**
     * Repeats the user's message. Two methods are enough, because streams, blocking calls and health have defaults that
     * use them. A provider for a server would use {@code dev.postern.http} and implement streams itself.
     */
    private record Parrot(String name, String phrase, int times) implements LlmProvider {
        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            List<Message> messages = request.messages();
            String heard = messages.get(messages.size() - 1).text();
            return CompletableFuture.completedFuture(CompletionResponse.builder()
                    .model("parrot")
                    .content(heard + (" " + phrase).repeat(times))
                    .build());
        }
    }

    /**
     * Creates parrots from a configuration. The class and its constructor are public for {@link
     * java.util.ServiceLoader}.
     */
    public static final class Factory implements ProviderFactory {
        /** For {@link java.util.ServiceLoader}. */
        public Factory() {}

        @Override
        public String type() {
            return "parrot";
        }

        @Override
        public LlmProvider create(String name, Settings settings, ProviderContext context) {
            return new Parrot(name, settings.required("phrase"), settings.integer("times", 1, 0));
        }
    }

    /** Runs the example. */
    public static void main(String[] args) throws Exception {
        System.exit(Example.explained(() -> run(System.out), System.out));
    }

    static void run(PrintStream out) {
        out.println("1. Found by its type in a configuration");
        try (RunningGateway running = GatewayLoader.create().parse(CONFIGURATION)) {
            Gateway gateway = running.gateway();
            out.println("   backends  " + gateway.backends());
            out.println("   you       Polly!");
            out.print("   parrot    ");
            try (EventStream events = EventStream.of(gateway.stream(CompletionRequest.of("Polly!")))) {
                for (StreamEvent event : events) {
                    if (event instanceof StreamEvent.ContentDelta text) {
                        out.print(text.delta());
                    }
                }
            }
            out.println();
        }
        out.println();
        out.println("2. A setting that it does not know");
        try {
            GatewayLoader.create().parse(CONFIGURATION.replace("phrase", "phrases"));
        } catch (LlmException e) {
            out.println("   " + e.getMessage());
        }
    }
}
