package dev.postern.openai;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ResponseFormat;
import dev.postern.ToolChoice;
import dev.postern.openai.ServerProfile.EmptyContent;
import dev.postern.openai.ServerProfile.Formats;
import dev.postern.openai.ServerProfile.MaxTokens;
import dev.postern.openai.ServerProfile.ToolChoices;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was learned about servers: when one refuses a field that we added, or whose form we chose, the request goes out
 * once more in the other form, and if that is taken the form is remembered for the base URL and the model. A field that
 * the user set is the user's affair. Thread-safe.
 */
final class Corrections {
    /** A gateway may see any number of model names; what is forgotten is learned again. */
    private static final int MAX_LEARNED = 1000;

    private static final Pattern MAX_TOKENS = Pattern.compile("\\bmax_(completion_)?tokens\\b");
    private static final Pattern NAME_REFUSED =
            Pattern.compile("unsupported|not supported|unknown|unrecognized|unexpected|extra|permitted|use 'max");
    private static final Pattern FORMAT_NAMED =
            Pattern.compile("response_format|response format|json_schema|json_object");
    private static final Pattern FORMAT_REFUSED = Pattern.compile(
            "unavailable|unsupported|not support|unknown|unrecognized|must be|should be|not allowed|permitted");
    /** It is the user's schema that is wrong, and no other form would mend it. */
    private static final String SCHEMA_REFUSED = "invalid schema";

    private static final Pattern CONTENT_REFUSED = Pattern.compile(
            "\\bcontent\\b.*(null|none|string|missing|required|empty|blank)"
                    + "|(null|none|string|missing|required|empty|blank).*\\bcontent\\b",
            Pattern.DOTALL);

    private final Map<String, ServerProfile> learned = new ConcurrentHashMap<>();

    /** What is known about a model, or the profile that was configured. */
    ServerProfile profileFor(String endpoint, String model, ServerProfile configured) {
        return learned.getOrDefault(endpoint + " " + model, configured);
    }

    /** The other form was taken. */
    void learn(String endpoint, String model, ServerProfile profile) {
        if (learned.size() >= MAX_LEARNED) {
            learned.clear();
        }
        learned.put(endpoint + " " + model, profile);
    }

    /** The profile with the other form of what the server refused; null if that was nothing of ours. */
    static @Nullable ServerProfile correct(
            ServerProfile profile, CompletionRequest request, boolean stream, LlmException refusal) {
        int status = refusal.status().orElse(0);
        boolean form = refusal.kind() == Kind.INVALID_REQUEST || refusal.kind() == Kind.UNSUPPORTED;
        if (!form || (status != 400 && status != 422)) {
            return null;
        }
        String text = (refusal.serverMessage() + " " + refusal.code()).toLowerCase(Locale.ROOT);
        if (text.contains("stream_options") || text.contains("include_usage")) {
            return stream && profile.streamUsage() && !request.extra().containsKey("stream_options")
                    ? profile.withStreamUsage(false)
                    : null;
        }
        if (MAX_TOKENS.matcher(text).find() && NAME_REFUSED.matcher(text).find()) {
            return maxTokens(profile, request);
        }
        if (text.contains("tool_choice")) {
            return toolChoice(profile, request);
        }
        if (FORMAT_NAMED.matcher(text).find()) {
            boolean formRefused = FORMAT_REFUSED.matcher(text).find() && !text.contains(SCHEMA_REFUSED);
            return formRefused ? format(profile, request) : null;
        }
        return CONTENT_REFUSED.matcher(text).find() ? content(profile, request) : null;
    }

    private static @Nullable ServerProfile maxTokens(ServerProfile profile, CompletionRequest request) {
        if (request.maxTokens().isEmpty()) {
            return null;
        }
        return profile.with(
                profile.maxTokens() == MaxTokens.MAX_TOKENS ? MaxTokens.MAX_COMPLETION_TOKENS : MaxTokens.MAX_TOKENS);
    }

    private static @Nullable ServerProfile toolChoice(ServerProfile profile, CompletionRequest request) {
        boolean named = request.toolChoice().orElse(ToolChoice.AUTO) instanceof ToolChoice.Named;
        return named && profile.toolChoice() == ToolChoices.NAMED ? profile.with(ToolChoices.WORDS) : null;
    }

    /** Down the ladder: the schema as a field, any object as a field with the schema in words, words alone. */
    private static @Nullable ServerProfile format(ServerProfile profile, CompletionRequest request) {
        ResponseFormat format = request.responseFormat().orElse(null);
        if (format == null) {
            return null;
        }
        boolean schema = format instanceof ResponseFormat.JsonSchema;
        return switch (profile.formats()) {
            case ALL -> profile.with(schema ? Formats.OBJECT : Formats.SCHEMA);
            case SCHEMA, OBJECT -> profile.with(Formats.NONE);
            case NONE -> null;
        };
    }

    private static @Nullable ServerProfile content(ServerProfile profile, CompletionRequest request) {
        boolean sent = request.messages().stream()
                .anyMatch(message ->
                        message.text().isEmpty() && !message.toolCalls().isEmpty());
        if (!sent) {
            return null;
        }
        return profile.with(profile.emptyContent() == EmptyContent.EMPTY ? EmptyContent.NULL : EmptyContent.EMPTY);
    }
}
