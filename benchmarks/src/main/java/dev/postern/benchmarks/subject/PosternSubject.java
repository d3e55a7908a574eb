package dev.postern.benchmarks.subject;

import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.NonBlockingSubscriber;
import dev.postern.StreamEvent;
import dev.postern.bedrock.AwsCredentials;
import dev.postern.bedrock.BedrockProvider;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.http.HttpTransport;
import dev.postern.openai.OpenAiProvider;
import dev.postern.openai.OpenAiProviderBuilder;
import java.net.URI;
import java.util.concurrent.Flow;

/** Postern, with a reader of its streams. */
final class PosternSubject implements Subject {
    private final LlmProvider provider;
    private final Reader reader;

    /** A way to read a stream. */
    interface Reader {
        void read(Flow.Publisher<StreamEvent> stream, Ear ear);
    }

    private PosternSubject(LlmProvider provider, Reader reader) {
        this.provider = provider;
        this.reader = reader;
    }

    static PosternSubject openAi(URI server, boolean http2, Reader reader) {
        return openAi(server, http2, reader, Instrumentation.NONE);
    }

    /** With one listener, which sees calls and attempts. */
    static PosternSubject observed(URI server, boolean http2, Reader reader) {
        return openAi(
                server,
                http2,
                reader,
                Instrumentation.builder().listener(call -> new Watch()).build());
    }

    private static final class Watch implements CallListener.CallWatch {
        private long characters;

        @Override
        public CallListener.AttemptWatch attempt(CallListener.AttemptStart attempt) {
            return new CallListener.AttemptWatch() {
                @Override
                public void end(CallListener.AttemptEnd end) {
                    characters += end.progress().characters();
                }
            };
        }

        @Override
        public void end(CallListener.CallEnd end) {
            characters -= end.progress().characters();
        }
    }

    private static PosternSubject openAi(URI server, boolean http2, Reader reader, Instrumentation with) {
        return new PosternSubject(provider(server, http2, with), reader);
    }

    /** The provider of all subjects with Postern and OpenAI's protocol. */
    static LlmProvider provider(URI server, boolean http2, Instrumentation with) {
        OpenAiProviderBuilder making = OpenAiProvider.builder()
                .instrumentation(with)
                .baseUrl(server.resolve("/v1").toString())
                .apiKey("key");
        if (http2) {
            making.transport(HttpTransport.builder().http2(true).build());
        }
        return making.build();
    }

    static PosternSubject bedrock(URI server) {
        return new PosternSubject(
                BedrockProvider.builder()
                        .endpoint(server.toString())
                        .region("us-east-1")
                        .credentials(new AwsCredentials("AKIDEXAMPLE", "secret"))
                        .build(),
                PosternSubject::promised);
    }

    /** A subscriber that promises not to block, with unbounded demand. */
    static void promised(Flow.Publisher<StreamEvent> stream, Ear ear) {
        stream.subscribe(new Promised(ear));
    }

    /** Any subscriber, with unbounded demand. */
    static void plain(Flow.Publisher<StreamEvent> stream, Ear ear) {
        stream.subscribe(new Plain(ear));
    }

    private static CompletionRequest request(String model) {
        return CompletionRequest.of(FloorSubject.PROMPT).toBuilder()
                .model(model)
                .build();
    }

    /** Tells the ear the text in an event. */
    static void tell(StreamEvent event, Ear ear) {
        if (event instanceof StreamEvent.ContentDelta text) {
            ear.text(text.delta());
        } else if (event instanceof StreamEvent.ToolCallDelta tool) {
            ear.text(tool.delta());
        }
    }

    @Override
    public void stream(String model, Ear ear) {
        reader.read(provider.stream(request(model)), ear);
    }

    @Override
    public String ask(String model) {
        return provider.completions(request(model)).content();
    }

    @Override
    public void close() {
        provider.close();
    }

    private static class Plain implements Flow.Subscriber<StreamEvent> {
        private final Ear ear;

        Plain(Ear ear) {
            this.ear = ear;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(StreamEvent event) {
            tell(event, ear);
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

    private static final class Promised extends Plain implements NonBlockingSubscriber<StreamEvent> {
        Promised(Ear ear) {
            super(ear);
        }
    }
}
