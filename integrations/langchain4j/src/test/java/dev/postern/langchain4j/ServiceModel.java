package dev.postern.langchain4j;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.JsonObject;
import dev.postern.testkit.WireRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a model would answer to LangChain4j's published tests of AI services. It reads a request of OpenAI's chat completions:
 * the question, the name of the answer's schema and the schemas of the tools choose the answer.
 */
final class ServiceModel {
    private final JsonObject request;
    private final List<JsonObject> messages;

    private ServiceModel(WireRequest wire) {
        request = wire.json();
        messages = request.objects("messages");
    }

    /** The answer to a request. */
    static CompletionResponse answer(WireRequest request) {
        return new ServiceModel(request).answer();
    }

    private CompletionResponse answer() {
        int asked = lastQuestion();
        String question = text(messages.get(asked).get("content"));
        int turn = 0;
        for (int i = asked + 1; i < messages.size(); i++) {
            turn += messages.get(i).objects("tool_calls").isEmpty() ? 0 : 1;
        }
        ServiceRules.Rule rule = ServiceRules.of(question, schemaName());
        String text = rule.seesPhoto() && !hasImage(asked) ? "I see no photo." : rule.text();
        if (turn < rule.turns().size()) {
            List<ToolCall> calls = new ArrayList<>();
            for (ServiceRules.Call call : rule.turns().get(turn)) {
                calls.add(call(call, "call_" + asked + "_" + turn + "_" + calls.size()));
            }
            return CompletionResponse.builder()
                    .content(calls)
                    .stopReason(StopReason.TOOL_USE)
                    .usage(Usage.of(20, 5))
                    .build();
        }
        return CompletionResponse.builder()
                .content(List.of(
                        Content.text(rule.text().substring(0, 1)),
                        Content.text(rule.text().substring(1))))
                .usage(Usage.of(20, 5))
                .build();
    }

    /** A call with the arguments under the names of the tool's schema, in its order. */
    private ToolCall call(ServiceRules.Call call, String id) {
        for (JsonObject tool : request.objects("tools")) {
            JsonObject function = tool.object("function");
            if (call.tool().isEmpty() || call.tool().equals(function.text("name"))) {
                List<String> names =
                        function.object("parameters").object("properties").names();
                Map<String, Object> arguments = new LinkedHashMap<>();
                for (int i = 0; i < names.size(); i++) {
                    arguments.put(names.get(i), call.arguments().get(i));
                }
                return ToolCall.of(id, function.text("name"), arguments);
            }
        }
        throw new AssertionError("the request has no tool '" + call.tool() + "'");
    }

    private String schemaName() {
        return request.object("response_format").object("json_schema").text("name");
    }

    /** The last message of the user that is not the image of a tool's result, which follows the result in such a message. */
    private int lastQuestion() {
        int last = messages.size() - 1;
        while (!messages.get(last).text("role").equals("user") || isImage(last)) {
            last--;
        }
        return last;
    }

    private boolean hasImage(int after) {
        for (int i = after + 1; i < messages.size(); i++) {
            if (isImage(i)) {
                return true;
            }
        }
        return false;
    }

    private boolean isImage(int message) {
        return messages.get(message).objects("content").stream()
                .anyMatch(part -> part.text("type").equals("image_url"));
    }

    private static String text(@Nullable Object content) {
        if (content instanceof List<?> parts) {
            StringBuilder text = new StringBuilder();
            parts.forEach(part -> text.append(JsonObject.of(part).text("text")));
            return text.toString();
        }
        return Objects.toString(content, "");
    }
}
