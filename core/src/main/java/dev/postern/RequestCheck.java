package dev.postern;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** Refuses a request that no backend would accept, with the path of the field. */
final class RequestCheck {
    private RequestCheck() {}

    static void check(CompletionRequest request) {
        if (request.messages().isEmpty()) {
            throw LlmException.invalidRequest("messages", "must not be empty; add at least one message of the user");
        }
        tools(request.tools());
        boolean ofTheBackend = request.extra().get("tools") instanceof List<?> list && !list.isEmpty();
        if (request.toolChoice().isPresent()) {
            choice(request.toolChoice().get(), request.tools(), ofTheBackend);
        }
        range("temperature", request.temperature(), 0, Double.MAX_VALUE, "a number, at least 0");
        range("top_p", request.topP(), 0, 1, "between 0 and 1");
        range("presence_penalty", request.presencePenalty(), -Double.MAX_VALUE, Double.MAX_VALUE, "a number");
        range("frequency_penalty", request.frequencyPenalty(), -Double.MAX_VALUE, Double.MAX_VALUE, "a number");
        if (request.maxTokens().orElse(1) < 1) {
            throw LlmException.invalidRequest(
                    "max_tokens",
                    "must be at least 1, but is " + request.maxTokens().getAsInt());
        }
        for (int i = 0; i < request.stop().size(); i++) {
            if (request.stop().get(i).isEmpty()) {
                throw LlmException.invalidRequest("stop[" + i + "]", "must not be empty");
            }
        }
    }

    /** An immutable copy in a fixed order; refuses values that are no text. */
    @SuppressWarnings("unchecked") // each value was checked
    static Map<String, String> texts(String path, Map<String, String> map) {
        Map<String, ?> copy = JsonValues.copyOf(path, map);
        for (Map.Entry<String, ?> entry : copy.entrySet()) {
            if (!(entry.getValue() instanceof String)) {
                throw LlmException.invalidRequest(path + "." + entry.getKey(), "must be a string");
            }
        }
        return (Map<String, String>) copy;
    }

    private static void tools(List<ToolDefinition> tools) {
        if (tools.size() < 2) {
            return;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < tools.size(); i++) {
            String name = tools.get(i).name();
            if (!names.add(name)) {
                throw LlmException.invalidRequest("tools[" + i + "].name", "there are two tools named '" + name + "'");
            }
        }
    }

    private static void choice(ToolChoice choice, List<ToolDefinition> tools, boolean ofTheBackend) {
        boolean needsOne = choice == ToolChoice.ANY || choice instanceof ToolChoice.Named;
        if (needsOne && tools.isEmpty() && !(ofTheBackend && choice == ToolChoice.ANY)) {
            throw LlmException.invalidRequest("tool_choice", "asks for a tool, but the request has none");
        }
        if (choice instanceof ToolChoice.Named named && !hasTool(tools, named.tool())) {
            throw LlmException.invalidRequest("tool_choice", "there is no tool named '" + named.tool() + "'");
        }
    }

    private static boolean hasTool(List<ToolDefinition> tools, String name) {
        for (ToolDefinition tool : tools) {
            if (tool.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static void range(String field, OptionalDouble value, double least, double most, String bound) {
        if (value.isPresent() && !(value.getAsDouble() >= least && value.getAsDouble() <= most)) { // NaN fails, too
            throw LlmException.invalidRequest(field, "must be " + bound + ", but is " + value.getAsDouble());
        }
    }
}
