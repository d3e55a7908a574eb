package dev.postern.server.door.anthropic;

import dev.postern.CompletionRequest;
import dev.postern.server.door.Body;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code thinking} and the effort of {@code output_config}. Claude gets both as they are. Other models that are known to
 * reason get an effort; the rest get nothing, since their servers refuse the field.
 */
final class ThinkingReader {
    private static final Pattern REASONS =
            Pattern.compile("(^|[/:.])(o[134](-|$)|gpt-5|gpt-oss|gemini-(2\\.5|[3-9])|grok-(3-mini|[4-9]))");
    private static final int LOW = 4_096;
    private static final int MEDIUM = 16_384;

    private ThinkingReader() {}

    /** Whether the client wants to see the reasoning. */
    static boolean isWanted(Body request) {
        if (!request.has("thinking")) {
            return false;
        }
        Body thinking = request.object("thinking");
        return switch (thinking.text("type")) {
            case "disabled" -> false;
            case "" -> throw thinking.wrong("type", "is required");
            default -> true;
        };
    }

    /** Adds the fields to the request, whose extra fields are {@code extra} so far. */
    static void addTo(CompletionRequest.Builder request, Body body, String model, Map<String, @Nullable Object> extra) {
        String name = model.toLowerCase(Locale.ROOT);
        String effort = body.has("output_config") ? body.object("output_config").text("effort") : "";
        if (name.contains("claude")) {
            if (body.has("thinking")) {
                extra.put("thinking", new LinkedHashMap<>(body.map("thinking")));
            }
            if (!effort.isEmpty()) {
                extra.put("output_config", Map.of("effort", effort));
            }
        } else if (REASONS.matcher(name).find()) {
            request.reasoningEffort(effort.isEmpty() ? ofBudget(body) : atMostHigh(effort));
        }
    }

    private static String ofBudget(Body body) {
        Integer budget = isWanted(body) ? body.object("thinking").integer("budget_tokens") : null;
        return budget == null ? "" : budget <= LOW ? "low" : budget <= MEDIUM ? "medium" : "high";
    }

    private static String atMostHigh(String effort) {
        return effort.equals("max") || effort.equals("xhigh") ? "high" : effort;
    }
}
