package dev.postern.server;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The official client for Java. */
class OpenAiJavaTest extends ChatClientContract {
    @Override
    DoorClient open(String url, String key) {
        return new Client(
                OpenAIOkHttpClient.builder().baseUrl(url + "/v1").apiKey(key).build());
    }

    /** Its accumulator of a stream drops fields that it does not know. */
    @Override
    boolean showsThinking(boolean stream) {
        return !stream;
    }

    private record Client(OpenAIClient client) implements DoorClient {
        @Override
        public Reply ask(Ask ask) {
            if (!ask.stream()) {
                return reply(client.chat().completions().create(params(ask).build()));
            }
            ChatCompletionAccumulator all = ChatCompletionAccumulator.create();
            try (StreamResponse<ChatCompletionChunk> chunks = client.chat()
                    .completions()
                    .createStreaming(params(ask)
                            .streamOptions(ChatCompletionStreamOptions.builder()
                                    .includeUsage(true)
                                    .build())
                            .build())) {
                chunks.stream().forEach(all::accumulate);
            }
            return reply(all.chatCompletion());
        }

        @Override
        public void abort(Ask ask) {
            try (StreamResponse<ChatCompletionChunk> chunks =
                    client.chat().completions().createStreaming(params(ask).build())) {
                chunks.stream()
                        .filter(chunk -> chunk.choices()
                                .get(0)
                                .delta()
                                .content()
                                .orElse("")
                                .equals("Hel"))
                        .findFirst();
            }
        }

        private static ChatCompletionCreateParams.Builder params(Ask ask) {
            ChatCompletionCreateParams.Builder params = ChatCompletionCreateParams.builder()
                    .model(ask.model())
                    .addTool(ChatCompletionFunctionTool.builder()
                            .function(FunctionDefinition.builder()
                                    .name(TOOL)
                                    .description("The weather of a city.")
                                    .parameters(FunctionParameters.builder()
                                            .putAdditionalProperty("type", JsonValue.from("object"))
                                            .putAdditionalProperty(
                                                    "properties",
                                                    JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                            .build())
                                    .build())
                            .build());
            for (Object turn : ask.turns()) {
                if (turn instanceof String text) {
                    params.addUserMessage(text);
                } else if (turn instanceof Reply reply) {
                    params.addMessage((ChatCompletionMessage) reply.itself());
                } else {
                    for (Object each : (List<?>) turn) {
                        Result result = (Result) each;
                        params.addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(result.call().id())
                                .content(result.text())
                                .build());
                    }
                }
            }
            return params;
        }

        @SuppressWarnings("deprecation") // the only way to fields that OpenAI does not have
        private static Reply reply(ChatCompletion answer) {
            ChatCompletion.Choice choice = answer.choices().get(0);
            ChatCompletionMessage message = choice.message();
            List<Call> calls = new ArrayList<>();
            message.toolCalls().orElse(List.of()).forEach(call -> {
                ChatCompletionMessageFunctionToolCall function = call.asFunction();
                calls.add(new Call(
                        function.id(),
                        function.function().name(),
                        function.function().arguments()));
            });
            JsonValue reasoning = message._additionalProperties().get("reasoning_content");
            return new Reply(
                    message.content().orElse(""),
                    reasoning == null ? "" : reasoning.asStringOrThrow(),
                    calls,
                    stopReason(choice.finishReason().asString()),
                    answer.usage().orElseThrow().promptTokens(),
                    answer.usage().orElseThrow().completionTokens(),
                    message);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
