package dev.postern.openai;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ResponseFormat;
import dev.postern.openai.RequestRules.ObjectSchemas;
import dev.postern.openai.RequestRules.SystemMessages;
import dev.postern.openai.RequestRules.Turns;
import dev.postern.openai.ServerProfile.EmptyContent;
import dev.postern.openai.ServerProfile.Formats;
import dev.postern.openai.ServerProfile.MaxTokens;
import dev.postern.openai.ServerProfile.Reasoning;
import dev.postern.openai.ServerProfile.ToolChoices;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The other forms in which a refused request can be sent again, chosen by the server's error message. The caller sends
 * the first form that changes the request and was not tried yet.
 */
final class AlternativeProfiles {
    private static final Pattern STREAM_OPTIONS = Pattern.compile("stream_options|include_usage");
    private static final Pattern MAX_TOKENS = Pattern.compile("\\bmax_(completion_)?tokens\\b");
    private static final Pattern NAME_REFUSED =
            Pattern.compile("unsupported|not supported|unknown|unrecognized|unexpected|extra|permitted|use 'max");
    private static final Pattern FORMAT_NAMED =
            Pattern.compile("response_format|response format|json_schema|json_object");
    private static final Pattern FORMAT_REFUSED = Pattern.compile(
            "unavailable|unsupported|not support|unknown|unrecognized|must be|should be|not allowed|permitted");
    /** The user's schema is wrong, so no other form helps. */
    private static final String SCHEMA_REFUSED = "invalid schema";

    private static final Pattern CONTENT_REFUSED = Pattern.compile(
            "\\bcontent\\b.*(null|none|string|missing|required|empty|blank)"
                    + "|(null|none|string|missing|required|empty|blank).*\\bcontent\\b",
            Pattern.DOTALL);

    private AlternativeProfiles() {}

    /**
     * Returns the profiles to try, the most likely first; empty if the failure is not a refusal of the request's form.
     */
    static List<ServerProfile> of(ServerProfile profile, CompletionRequest request, LlmException refusal) {
        if (!isRefusal(refusal)) {
            return List.of();
        }
        String text = (refusal.serverMessage() + " " + refusal.code()).toLowerCase(Locale.ROOT);
        if (STREAM_OPTIONS.matcher(text).find()) {
            return List.of(profile.withStreamUsage(false));
        }
        if (Refusal.REASONING_MISSING.isIn(text)) {
            return List.of(reasoning(profile, text));
        }
        if (MAX_TOKENS.matcher(text).find() && NAME_REFUSED.matcher(text).find()) {
            return List.of(profile.with(
                    profile.maxTokens() == MaxTokens.MAX_TOKENS
                            ? MaxTokens.MAX_COMPLETION_TOKENS
                            : MaxTokens.MAX_TOKENS));
        }
        if (Refusal.PROPERTIES_EMPTY.isIn(text)) {
            return List.of(profile.with(profile.rules().with(ObjectSchemas.WITHOUT_EMPTY_PROPERTIES)));
        }
        if (Refusal.PROPERTIES_MISSING.isIn(text)) {
            return List.of(profile.with(profile.rules().with(ObjectSchemas.WITH_PROPERTIES)));
        }
        if (text.contains("tool_choice")) {
            return List.of(profile.with(ToolChoices.STRINGS));
        }
        if (FORMAT_NAMED.matcher(text).find()) {
            boolean formRefused = FORMAT_REFUSED.matcher(text).find() && !text.contains(SCHEMA_REFUSED);
            return formRefused ? formats(profile, request) : List.of();
        }
        List<ServerProfile> roles = roles(profile, text);
        if (!roles.isEmpty()) {
            return roles;
        }
        return CONTENT_REFUSED.matcher(text).find() ? List.of(content(profile)) : List.of();
    }

    /**
     * Whether the failure may be a refusal of the request's form. Such a refusal has status 400 or 422; or none, as an
     * error inside a 200 before the first event; or 500, when a chat template of llama.cpp fails.
     */
    private static boolean isRefusal(LlmException refusal) {
        if (refusal.kind() != Kind.INVALID_REQUEST && refusal.kind() != Kind.UNSUPPORTED) {
            return false;
        }
        int status = refusal.status().orElse(0);
        return status == 0 ? !refusal.serverMessage().isEmpty() : status == 400 || status == 422 || status == 500;
    }

    /**
     * Returns the profile with the next simpler format. The order is {@code json_schema}; {@code json_object} with the
     * schema in the system message; no field.
     */
    private static List<ServerProfile> formats(ServerProfile profile, CompletionRequest request) {
        boolean schema = request.responseFormat().orElse(null) instanceof ResponseFormat.JsonSchema;
        return switch (profile.formats()) {
            case ALL -> List.of(profile.with(schema ? Formats.OBJECT : Formats.SCHEMA));
            case SCHEMA, OBJECT -> List.of(profile.with(Formats.NONE));
            case NONE -> List.of();
        };
    }

    /** Returns the profile that sends reasoning back. */
    private static ServerProfile reasoning(ServerProfile profile, String text) {
        if (text.contains("reasoning_details")) {
            return profile.with(Reasoning.REASONING_DETAILS);
        }
        return profile.with(
                Refusal.REASONING_MISSING_DEEPSEEK.isIn(text)
                        ? Reasoning.REASONING_CONTENT
                        : Reasoning.REASONING_CONTENT_NOT_EMPTY);
    }

    /** Returns the profiles with other roles or another order of messages; empty if the text is about neither. */
    private static List<ServerProfile> roles(ServerProfile profile, String text) {
        RequestRules rules = profile.rules();
        if (rules.developerRole() && Refusal.DEVELOPER_NAMED.isIn(text)) {
            return List.of(profile.with(rules.withDeveloperRole(false)));
        }
        if (Refusal.SYSTEM_UNSUPPORTED.isIn(text)) {
            return List.of(profile.with(rules.with(SystemMessages.NONE)));
        }
        RequestRules first = rules.system() == SystemMessages.ANYWHERE ? rules.with(SystemMessages.FIRST) : rules;
        if (Refusal.TURNS_NOT_ALTERNATING.isIn(text)) { // many templates say this also if a system message comes late
            return List.of(profile.with(rules.with(Turns.ALTERNATING)), profile.with(first.with(Turns.ALTERNATING)));
        }
        return Refusal.SYSTEM_NOT_FIRST.isIn(text) ? List.of(profile.with(first)) : List.of();
    }

    private static ServerProfile content(ServerProfile profile) {
        return profile.with(profile.emptyContent() == EmptyContent.EMPTY ? EmptyContent.NULL : EmptyContent.EMPTY);
    }
}
