package dev.postern.examples;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.config.GatewayLoader;
import dev.postern.config.RunningGateway;
import dev.postern.gateway.Gateway;
import dev.postern.server.standin.StandInServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;

/** Several backends from one file. One of them is down, and a fallback answers. */
public final class Routing {
    /** The content of a file {@code gateway.yaml}. {@code GatewayLoader.load(Path)} reads such a file. */
    static final String CONFIGURATION = """
            providers:
              llm:
                default: cloud
                backends:
                  cloud:                                # is down, as it happens
                    backend: openai
                    config:
                      base_url: ${CLOUD_URL}
                      default_model: big-model
                      retries: 1
                      cooldown: {after: 2, for: 30s}    # then it is left alone for a while
                  local:
                    backend: openai
                    config:
                      base_url: ${LOCAL_URL}
                      default_model: ${LOCAL_MODEL}
                fallbacks: {cloud: [local]}
            """;

    private Routing() {}

    /** Runs the example. */
    public static void main(String[] args) throws Exception {
        System.exit(Example.explained(() -> run(System.out), System.out));
    }

    static void run(PrintStream out) throws IOException {
        try (StandInServer server = StandInServer.start()) {
            Map<String, String> variables = Map.of(
                    "CLOUD_URL",
                    "http://127.0.0.1:" + portWhereNobodyListens(),
                    "LOCAL_URL",
                    server.baseUrl(),
                    "LOCAL_MODEL",
                    StandInServer.MODEL);
            out.println("gateway.yaml:");
            CONFIGURATION.lines().forEach(line -> out.println("   " + line));
            out.println();
            try (RunningGateway running = GatewayLoader.create()
                    .environment(variables)
                    .instrumentation(
                            Instrumentation.builder().listener(new Log(out)).build())
                    .parse(CONFIGURATION)) {
                Gateway gateway = running.gateway();
                for (int question = 1; question <= 3; question++) {
                    out.println(question + ". To the default, which is cloud");
                    ask(gateway, CompletionRequest.of("What is the capital of France? Answer in one word."), out);
                }
                out.println("4. To local, as the request says");
                ask(
                        gateway,
                        CompletionRequest.builder()
                                .backend("local")
                                .user("What is the capital of France? Answer in one word.")
                                .build(),
                        out);
            }
        }
    }

    private static void ask(Gateway gateway, CompletionRequest request, PrintStream out) {
        CompletionResponse answer = gateway.completions(request);
        out.println("   answer  " + answer.content() + " (" + answer.model() + ")");
        out.println();
    }

    /** Prints the attempts and the outcome of each call. A listener is also the place for metrics and traces. */
    private record Log(PrintStream out) implements CallListener, CallListener.CallWatch {
        @Override
        public CallWatch begin(CallStart call) {
            return this;
        }

        @Override
        public AttemptWatch attempt(AttemptStart attempt) {
            out.println("   log     asks " + attempt.backend());
            return AttemptWatch.NONE;
        }

        @Override
        public void retry(Retry retry) {
            out.println("   log     " + retry.why() + " from " + retry.fromBackend() + " to " + retry.toBackend() + ": "
                    + retry.failure().getMessage());
        }

        @Override
        public void end(CallEnd end) {
            out.println("   log     " + end.outcome() + " by " + end.backend() + ", "
                    + end.spent()
                            .map(spent -> spent.usage().totalTokens() + " tokens")
                            .orElse("unknown cost"));
        }
    }

    private static int portWhereNobodyListens() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
