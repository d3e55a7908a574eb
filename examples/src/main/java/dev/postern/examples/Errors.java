package dev.postern.examples;

import dev.postern.CallOptions;
import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.EventStream;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.http.RetryPolicy;
import dev.postern.openai.OpenAiProvider;
import dev.postern.openai.OpenAiProviderBuilder;
import dev.postern.server.standin.StandInServer;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/** Failures, their messages, and the reaction of a caller, which depends on the kind and never on the message. */
public final class Errors {
    private static final CallOptions WRONG_KEY =
            CallOptions.builder().apiKey(StandInServer.WRONG_KEY).build();
    private static final CallOptions IMPATIENT = CallOptions.builder()
            .timeouts(Timeouts.defaults().withResponseStart(Duration.ofMillis(300)))
            .build();

    private final PrintStream out;

    private Errors(PrintStream out) {
        this.out = out;
    }

    /** Runs the example. */
    public static void main(String[] args) {
        System.out.println("These failures are made to order, so this talks to the stand-in in any case.\n");
        try (StandInServer server = StandInServer.start()) {
            run(server, System.out);
        }
    }

    static void run(StandInServer server, PrintStream out) {
        OpenAiProviderBuilder builder =
                OpenAiProvider.builder().baseUrl(server.baseUrl()).defaultModel(StandInServer.MODEL);
        try (LlmProvider llm = builder.retries(RetryPolicy.none()).build();
                LlmProvider patient = builder.retries(RetryPolicy.defaults()).build()) {
            Errors errors = new Errors(out);
            CompletionRequest hello = CompletionRequest.of("Hello!");
            CompletionRequest busy = hello.toBuilder().model(StandInServer.BUSY).build();

            errors.show("A wrong key", () -> ask(llm, hello.toBuilder().options(WRONG_KEY)));
            errors.show(
                    "A model that is not there",
                    () -> ask(llm, hello.toBuilder().model("gpt-99")));
            errors.show(
                    "A server that takes longer than we wait",
                    () -> ask(llm, hello.toBuilder().model(StandInServer.SLOW).options(IMPATIENT)));
            errors.show("A server that has no time", () -> ask(llm, busy.toBuilder()));
            errors.show(
                    "The same with the default of three attempts: it waits as asked",
                    () -> ask(patient, busy.toBuilder()));
            errors.show(
                    "A stream that breaks off",
                    () -> errors.read(llm.stream(
                            hello.toBuilder().model(StandInServer.CUT).build())));
            errors.show("A request that cannot be sent", () -> ask(llm, CompletionRequest.builder()));
        }
    }

    private static String ask(LlmProvider llm, CompletionRequest.Builder request) {
        return llm.completions(request.build()).content();
    }

    private String read(Flow.Publisher<StreamEvent> stream) {
        CompletionCollector collector = new CompletionCollector();
        try (EventStream events = EventStream.of(stream)) {
            events.forEach(collector::accept);
        } finally {
            out.println("  text so far " + collector.textSoFar());
        }
        return collector.result().content();
    }

    private void show(String what, Supplier<String> call) {
        out.println(what);
        try {
            out.println("  answer      " + call.get());
        } catch (LlmException e) {
            out.println("  kind        " + e.kind());
            out.println("  message     " + e.getMessage());
            out.println("  what to do  " + remedy(e));
        }
        out.println();
    }

    private static String remedy(LlmException failure) {
        return switch (failure.kind()) {
            case AUTHENTICATION, PERMISSION, QUOTA, CONFIGURATION -> "call an operator";
            case INVALID_REQUEST, UNSUPPORTED, NOT_FOUND, PROTOCOL -> "mend the program or its settings";
            case CONTEXT_LENGTH -> "shorten the conversation";
            case CONTENT_FILTER -> "tell the user";
            case CANCELLED -> "nothing: it was you";
            case RATE_LIMITED, OVERLOADED, SERVER, TIMEOUT, CONNECTION, INCOMPLETE_STREAM ->
                failure.retryAfter()
                        .map(wait -> "ask again in " + wait.toSeconds() + " s")
                        .orElse("ask again later, or ask another backend");
        };
    }
}
