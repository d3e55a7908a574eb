package dev.postern.langchain4j;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.JsonObject;
import dev.postern.testkit.WireRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a model would answer to the plain questions of LangChain4j's published tests. It reads a request of OpenAI's chat
 * completions, so a message, tool, image, format or parameter that the adapter loses changes the answer.
 */
final class PlainModel {
    private final JsonObject request;
    private final List<JsonObject> messages;
    private final String question;

    private PlainModel(WireRequest wire) {
        request = wire.json();
        messages = request.objects("messages");
        question = lastText("user");
    }

    /** The answer to a request. */
    static CompletionResponse answer(WireRequest request) {
        return new PlainModel(request).answer();
    }

    private CompletionResponse answer() {
        List<String> results = resultsOfThisTurn();
        if (!results.isEmpty()) {
            return format().contains("weather")
                    ? text("{\"weather\": ", "\"" + results.get(0) + "\"}")
                    : text("The tools say: ", String.join(", ", results), ".");
        }
        List<ToolCall> calls = calls();
        if (!calls.isEmpty()) {
            return CompletionResponse.builder()
                    .content(calls)
                    .stopReason(StopReason.TOOL_USE)
                    .usage(Usage.of(10, 8))
                    .build();
        }
        return plain();
    }

    private CompletionResponse plain() {
        long images = imagesOfTheQuestion();
        if (images > 0) {
            return text("I see ", images > 1 ? "a cat and two dice." : "a cat.");
        } else if (question.contains("capital of Germany") && !format().isEmpty()) {
            return text("{\"city\": ", "\"Berlin\"}");
        } else if (question.contains("capital of Germany")) {
            return text("Berlin", " is", " the", " capital", " of", " Germany", ".", " 2", " +", " 2", " =", " 4");
        } else if (question.contains("Translate") && lastText("system").contains("German")) {
            return text("Ich ", "liebe ", "dich.");
        } else if (question.contains("favorite color") && messages.size() == 3) {
            return text("Your favorite color is ", anyText().contains("green") ? "green." : "unknown to me.");
        } else if (question.contains("Hello World")) {
            return request.has("stop") ? text("Hello") : text("Hello", " World");
        } else if (question.contains("long story")) {
            List<String> words = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                words.add("The cat met animal " + i + ". ");
            }
            return text(words.toArray(String[]::new));
        }
        return text("I ", "have ", "no ", "answer.");
    }

    private List<ToolCall> calls() {
        List<ToolCall> calls = new ArrayList<>();
        if (hasTool("getWeather") && question.contains("Munich")) {
            calls.add(ToolCall.of("call_weather", "getWeather", Map.of("city", "Munich")));
        }
        if (hasTool("getTime") && question.contains("France")) {
            calls.add(ToolCall.of("call_time", "getTime", Map.of("country", "France")));
        }
        if (hasTool("get_current_time") && question.contains("time now")) {
            calls.add(ToolCall.of("call_now", "get_current_time", Map.of()));
        }
        boolean mustCall = request.text("tool_choice").equals("required");
        return question.startsWith("I live") && !mustCall ? List.of() : calls;
    }

    /** Text in pieces; one piece is one token. */
    private CompletionResponse text(String... pieces) {
        long limit = Math.max(request.integer("max_tokens", 0), request.integer("max_completion_tokens", 0));
        int length = limit > 0 ? (int) Math.min(limit, pieces.length) : pieces.length;
        List<Content> parts = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            parts.add(Content.text(pieces[i]));
        }
        return CompletionResponse.builder()
                .content(parts)
                .stopReason(length < pieces.length ? StopReason.MAX_TOKENS : StopReason.END_TURN)
                .usage(Usage.of(10, length))
                .build();
    }

    private boolean hasTool(String name) {
        return request.objects("tools").stream()
                .anyMatch(tool -> tool.object("function").text("name").equals(name));
    }

    private String format() {
        return Objects.toString(request.get("response_format"), "");
    }

    private List<String> resultsOfThisTurn() {
        List<String> results = new ArrayList<>();
        for (int i = messages.size() - 1; i >= 0 && role(i).equals("tool"); i--) {
            results.add(0, textOf(messages.get(i).get("content")));
        }
        return results;
    }

    private long imagesOfTheQuestion() {
        return messages.get(messages.size() - 1).objects("content").stream()
                .filter(part -> part.text("type").equals("image_url"))
                .filter(part -> !part.object("image_url").text("url").isEmpty())
                .count();
    }

    private String role(int message) {
        return messages.get(message).text("role");
    }

    private String lastText(String role) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (role(i).equals(role)) {
                return textOf(messages.get(i).get("content"));
            }
        }
        return "";
    }

    private String anyText() {
        StringBuilder all = new StringBuilder();
        messages.forEach(message -> all.append(textOf(message.get("content"))));
        return all.toString();
    }

    private static String textOf(@Nullable Object content) {
        if (content instanceof List<?> parts) {
            StringBuilder text = new StringBuilder();
            parts.forEach(part -> text.append(JsonObject.of(part).text("text")));
            return text.toString();
        }
        return Objects.toString(content, "");
    }
}
