package dev.postern.benchmarks.subject;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.net.URI;
import java.time.Duration;

/** LangChain4j with its HTTP client that uses the JDK's. */
final class LangChain4jSubject implements Subject {
    private static final Duration LONG = Duration.ofMinutes(30);

    private final OpenAiStreamingChatModel streaming;
    private final OpenAiChatModel asking;

    LangChain4jSubject(URI server) {
        String address = server.resolve("/v1").toString();
        streaming = OpenAiStreamingChatModel.builder()
                .baseUrl(address)
                .apiKey("key")
                .modelName("none")
                .timeout(LONG)
                .build();
        asking = OpenAiChatModel.builder()
                .baseUrl(address)
                .apiKey("key")
                .modelName("none")
                .timeout(LONG)
                .build();
    }

    private static ChatRequest request(String model) {
        return ChatRequest.builder()
                .messages(UserMessage.from(FloorSubject.PROMPT))
                .modelName(model)
                .build();
    }

    @Override
    public void stream(String model, Ear ear) {
        streaming.chat(request(model), new Listener(ear));
    }

    @Override
    public String ask(String model) {
        return asking.chat(request(model)).aiMessage().text();
    }

    private record Listener(Ear ear) implements StreamingChatResponseHandler {
        @Override
        public void onPartialResponse(String text) {
            ear.text(text);
        }

        @Override
        public void onPartialToolCall(PartialToolCall call) {
            ear.text(call.partialArguments());
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            ear.end(null);
        }

        @Override
        public void onError(Throwable failure) {
            ear.end(failure);
        }
    }
}
