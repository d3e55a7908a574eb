package dev.postern.benchmarks.subject;

import com.openai.client.OpenAIClientAsync;
import com.openai.client.okhttp.OpenAIOkHttpClientAsync;
import com.openai.core.http.AsyncStreamResponse;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import java.net.URI;
import java.util.Optional;

/** OpenAI's own library, its asynchronous client. */
final class OpenAiJavaSubject implements Subject {
    private final OpenAIClientAsync client;

    OpenAiJavaSubject(URI server) {
        client = OpenAIOkHttpClientAsync.builder()
                .baseUrl(server.resolve("/v1").toString())
                .apiKey("key")
                .build();
    }

    private static ChatCompletionCreateParams.Builder request(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(FloorSubject.PROMPT);
    }

    @Override
    public void stream(String model, Ear ear) {
        ChatCompletionCreateParams params = request(model)
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        client.chat().completions().createStreaming(params).subscribe(new Listener(ear));
    }

    @Override
    public String ask(String model) {
        ChatCompletion answer =
                client.chat().completions().create(request(model).build()).join();
        return answer.choices().get(0).message().content().orElse("");
    }

    @Override
    public void close() {
        client.close();
    }

    private record Listener(Ear ear) implements AsyncStreamResponse.Handler<ChatCompletionChunk> {
        @Override
        public void onNext(ChatCompletionChunk chunk) {
            for (ChatCompletionChunk.Choice choice : chunk.choices()) {
                choice.delta().content().ifPresent(this::text);
                for (ChatCompletionChunk.Choice.Delta.ToolCall call :
                        choice.delta().toolCalls().orElseGet(java.util.List::of)) {
                    call.function()
                            .flatMap(ChatCompletionChunk.Choice.Delta.ToolCall.Function::arguments)
                            .ifPresent(this::text);
                }
            }
        }

        private void text(String piece) {
            if (!piece.isEmpty()) {
                ear.text(piece);
            }
        }

        @Override
        public void onComplete(Optional<Throwable> failure) {
            ear.end(failure.orElse(null));
        }
    }
}
