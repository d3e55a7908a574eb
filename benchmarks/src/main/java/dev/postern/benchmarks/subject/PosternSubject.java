package dev.postern.benchmarks.subject;

import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.NonBlockingSubscriber;
import dev.postern.StreamEvent;
import dev.postern.bedrock.AwsCredentials;
import dev.postern.bedrock.BedrockProvider;
import dev.postern.openai.OpenAiProvider;
import java.net.URI;
import java.util.concurrent.Flow;

/** Postern, with a subscriber of unbounded demand. */
final class PosternSubject implements Subject {
    private final LlmProvider provider;
    private final boolean nonBlocking;

    private PosternSubject(LlmProvider provider, boolean nonBlocking) {
        this.provider = provider;
        this.nonBlocking = nonBlocking;
    }

    /** With non-blocking or with plain subscribers. */
    static PosternSubject openAi(URI server, boolean nonBlocking) {
        return new PosternSubject(
                OpenAiProvider.builder()
                        .baseUrl(server.resolve("/v1").toString())
                        .apiKey("key")
                        .build(),
                nonBlocking);
    }

    static PosternSubject bedrock(URI server) {
        return new PosternSubject(
                BedrockProvider.builder()
                        .endpoint(server.toString())
                        .region("us-east-1")
                        .credentials(new AwsCredentials("AKIDEXAMPLE", "secret"))
                        .build(),
                true);
    }

    private static CompletionRequest request(String model) {
        return CompletionRequest.of(FloorSubject.PROMPT).toBuilder()
                .model(model)
                .build();
    }

    @Override
    public void stream(String model, Ear ear) {
        provider.stream(request(model)).subscribe(new Listener(ear, nonBlocking));
    }

    @Override
    public int ask(String model) {
        return provider.completions(request(model)).content().length();
    }

    @Override
    public void close() {
        provider.close();
    }

    private record Listener(Ear ear, boolean isNonBlocking) implements NonBlockingSubscriber<StreamEvent> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(StreamEvent event) {
            if (event instanceof StreamEvent.ContentDelta text) {
                ear.text(text.delta());
            } else if (event instanceof StreamEvent.ToolCallDelta tool) {
                ear.text(tool.delta());
            }
        }

        @Override
        public void onError(Throwable failure) {
            ear.end(failure);
        }

        @Override
        public void onComplete() {
            ear.end(null);
        }
    }
}
