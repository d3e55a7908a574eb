package dev.postern.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.model.MessageAggregator;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.function.FunctionToolCallback;

/** Spring AI's model of OpenAI. It runs apart, with the version of OpenAI's client that it is published for. */
@Tag("spring-ai")
class SpringAiOpenAiTest extends ChatClientContract {
    @Override
    DoorClient open(String url, String key) {
        return new Client(url, key);
    }

    /** The arguments of the tool. */
    record City(String city) {}

    private record Client(String url, String key) implements DoorClient {
        private OpenAiChatModel model(Ask ask) {
            return OpenAiChatModel.builder().options(options(ask)).build();
        }

        private OpenAiChatOptions options(Ask ask) {
            var options = OpenAiChatOptions.builder()
                    .baseUrl(url + "/v1")
                    .apiKey(key)
                    .model(ask.model())
                    .streamUsage(true)
                    .toolCallbacks(FunctionToolCallback.builder(TOOL, (City city) -> "never run")
                            .description("The weather of a city.")
                            .inputType(City.class)
                            .inputSchema("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}")
                            .build());
            return options.build();
        }

        private Prompt prompt(Ask ask) {
            List<Message> messages = new ArrayList<>();
            for (Object turn : ask.turns()) {
                if (turn instanceof String text) {
                    messages.add(new UserMessage(text));
                } else if (turn instanceof Reply reply) {
                    messages.add((AssistantMessage) reply.itself());
                } else {
                    List<ToolResponseMessage.ToolResponse> responses = new ArrayList<>();
                    for (Object each : (List<?>) turn) {
                        Result result = (Result) each;
                        responses.add(new ToolResponseMessage.ToolResponse(
                                result.call().id(), result.call().name(), result.text()));
                    }
                    messages.add(
                            ToolResponseMessage.builder().responses(responses).build());
                }
            }
            return new Prompt(messages, options(ask));
        }

        @Override
        public Reply ask(Ask ask) {
            if (!ask.stream()) {
                ChatResponse answer = model(ask).call(prompt(ask));
                return reply(answer, answer.getResults());
            }
            List<ChatResponse> whole = new ArrayList<>();
            List<Generation> pieces = new ArrayList<>();
            new MessageAggregator()
                    .aggregate(
                            model(ask).stream(prompt(ask)).doOnNext(piece -> pieces.addAll(piece.getResults())),
                            whole::add)
                    .blockLast(Duration.ofSeconds(20));
            return reply(whole.get(whole.size() - 1), pieces);
        }

        @Override
        public void abort(Ask ask) {
            model(ask).stream(prompt(ask))
                    .filter(part -> part.getResult() != null
                            && "Hel".equals(part.getResult().getOutput().getText()))
                    .blockFirst(Duration.ofSeconds(20));
        }

        /** Makes a reply of the whole answer, and of its pieces with the texts. */
        private static Reply reply(ChatResponse response, List<Generation> pieces) {
            StringBuilder text = new StringBuilder();
            StringBuilder thinking = new StringBuilder();
            List<Call> calls = new ArrayList<>();
            AssistantMessage last = null;
            String reason = "";
            for (Generation piece : pieces) {
                text.append(Objects.requireNonNullElse(piece.getOutput().getText(), ""));
                Object thought = piece.getOutput().getMetadata().get("reasoningContent");
                if (thought != null) { // each piece of a stream has all of it so far
                    thinking.setLength(0);
                    thinking.append(thought);
                }
            }
            for (Generation generation : response.getResults()) {
                AssistantMessage message = generation.getOutput();
                for (AssistantMessage.ToolCall call : message.getToolCalls()) {
                    calls.add(new Call(call.id(), call.name(), call.arguments()));
                }
                last = message;
                reason = String.valueOf(generation.getMetadata().getFinishReason());
            }
            return new Reply(
                    text.toString(),
                    thinking.toString(),
                    calls,
                    stopReason(reason.toLowerCase(Locale.ROOT)),
                    response.getMetadata().getUsage().getPromptTokens(),
                    response.getMetadata().getUsage().getCompletionTokens(),
                    Objects.requireNonNull(last));
        }

        @Override
        public void close() {}
    }
}
