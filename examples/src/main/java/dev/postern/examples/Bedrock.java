package dev.postern.examples;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.EventStream;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.bedrock.BedrockProvider;
import java.io.PrintStream;
import java.util.Map;

/**
 * Amazon Bedrock: a completion and a stream. Region and credentials are found like those of the AWS CLI. The variable
 * {@code BEDROCK_MODEL} names the model.
 */
public final class Bedrock {
    /** A model of Amazon, available in {@code us-east-1}. Other regions need an inference profile with another name. */
    private static final String MODEL = "amazon.nova-lite-v1:0";

    private Bedrock() {}

    /** Runs the example. */
    public static void main(String[] args) throws Exception {
        System.exit(Example.explained(() -> run(System.getenv(), System.out), System.out));
    }

    private static void run(Map<String, String> environment, PrintStream out) {
        String named = Example.setting(environment, "BEDROCK_MODEL");
        String model = named.isEmpty() ? MODEL : named;
        try (BedrockProvider llm = BedrockProvider.builder().defaultModel(model).build()) {
            completion(llm, model, out);
            stream(llm, out);
        }
    }

    private static void completion(BedrockProvider llm, String model, PrintStream out) {
        String question = "What is the capital of France? Answer in one word.";

        CompletionResponse answer = llm.completions(CompletionRequest.of(question)); // this looks up the credentials

        out.println("Server: " + llm + ", model " + model);
        out.println();
        out.println("1. A completion");
        out.println("   you    " + question);
        out.println("   model  " + answer.content().strip());
        answer.usage()
                .ifPresent(usage -> out.println(
                        "          (" + usage.inputTokens() + " tokens in, " + usage.outputTokens() + " out)"));
        out.println();
    }

    private static void stream(LlmProvider llm, PrintStream out) {
        out.println("2. A stream: each word as the model makes it");
        String question = "What is an LLM gateway good for?";
        out.println("   you    " + question);
        out.print("   model  ");

        CompletionRequest request = CompletionRequest.builder()
                .system("Answer in at most three sentences.")
                .user(question)
                .maxTokens(300)
                .build();
        try (EventStream events = EventStream.of(llm.stream(request))) {
            for (StreamEvent event : events) {
                if (event instanceof StreamEvent.ContentDelta text) {
                    out.print(text.delta());
                    out.flush();
                } else if (event instanceof StreamEvent.MessageStop stop) {
                    out.println();
                    out.println("          (" + stop.stopReason() + ")");
                }
            }
        }
    }
}
