package dev.postern.examples;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.postern.LlmProvider;
import dev.postern.langchain4j.PosternChatModel;
import dev.postern.langchain4j.PosternStreamingChatModel;
import java.io.PrintStream;
import java.util.concurrent.CompletableFuture;

/** The interfaces of LangChain4j over a provider: a whole answer, and a stream with a handler. */
public final class LangChain4j {
    private LangChain4j() {}

    /** Runs the example. */
    public static void main(String[] args) throws Exception {
        Example.main(LangChain4j::run);
    }

    static void run(LlmProvider llm, PrintStream out) {
        ChatModel model = PosternChatModel.of(llm);
        out.println("model  " + model.chat("What is the capital of France? Answer in one word."));

        StreamingChatModel streaming = PosternStreamingChatModel.of(llm);
        CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
        out.print("model  ");
        streaming.chat("What is an LLM gateway good for?", new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String text) {
                out.print(text);
                out.flush();
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                whole.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                whole.completeExceptionally(failure);
            }
        });
        ChatResponse response = whole.join();
        out.println();
        out.println("usage  " + response.tokenUsage());
    }
}
