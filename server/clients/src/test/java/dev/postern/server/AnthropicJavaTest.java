package dev.postern.server;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.TextBlock;
import com.anthropic.models.messages.ThinkingBlock;
import com.anthropic.models.messages.ThinkingConfigEnabled;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The official client for Java. */
class AnthropicJavaTest extends MessagesClientContract {
    @Override
    DoorClient open(String url, String key) {
        AnthropicClient client =
                AnthropicOkHttpClient.builder().baseUrl(url).apiKey(key).build();
        return new Client(client);
    }

    private record Client(AnthropicClient client) implements DoorClient {
        @Override
        public Reply ask(Ask ask) {
            if (!ask.stream()) {
                return reply(client.messages().create(params(ask)));
            }
            MessageAccumulator all = MessageAccumulator.create();
            try (StreamResponse<RawMessageStreamEvent> events =
                    client.messages().createStreaming(params(ask))) {
                events.stream().forEach(all::accumulate);
            }
            return reply(all.message());
        }

        @Override
        public void abort(Ask ask) {
            try (StreamResponse<RawMessageStreamEvent> events =
                    client.messages().createStreaming(params(ask))) {
                events.stream().filter(event -> event.isContentBlockDelta()).findFirst();
            }
        }

        private static MessageCreateParams params(Ask ask) {
            MessageCreateParams.Builder params = MessageCreateParams.builder()
                    .model(ask.model())
                    .maxTokens(4_000)
                    .addTool(Tool.builder()
                            .name(TOOL)
                            .description("The weather of a city.")
                            .inputSchema(Tool.InputSchema.builder()
                                    .properties(Tool.InputSchema.Properties.builder()
                                            .putAdditionalProperty("city", JsonValue.from(Map.of("type", "string")))
                                            .build())
                                    .build())
                            .build());
            if (ask.thinking()) {
                params.thinking(
                        ThinkingConfigEnabled.builder().budgetTokens(2_000).build());
            }
            for (Object turn : ask.turns()) {
                if (turn instanceof String text) {
                    params.addUserMessage(text);
                } else if (turn instanceof Reply reply) {
                    params.addMessage((Message) reply.itself());
                } else {
                    List<ContentBlockParam> blocks = new ArrayList<>();
                    for (Object each : (List<?>) turn) {
                        Result result = (Result) each;
                        blocks.add(ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                                .toolUseId(result.call().id())
                                .content(result.text())
                                .build()));
                    }
                    params.addUserMessageOfContentBlockParams(blocks);
                }
            }
            return params.build();
        }

        private static Reply reply(Message message) {
            List<Call> calls = message.content().stream()
                    .filter(ContentBlock::isToolUse)
                    .map(ContentBlock::asToolUse)
                    .map(call -> new Call(call.id(), call.name(), String.valueOf(call._input())))
                    .toList();
            return new Reply(
                    message.content().stream()
                            .flatMap(block -> block.text().stream())
                            .map(TextBlock::text)
                            .collect(Collectors.joining()),
                    message.content().stream()
                            .flatMap(block -> block.thinking().stream())
                            .map(ThinkingBlock::thinking)
                            .collect(Collectors.joining()),
                    calls,
                    message.stopReason().orElseThrow().asString(),
                    message.usage().inputTokens(),
                    message.usage().outputTokens(),
                    message);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
