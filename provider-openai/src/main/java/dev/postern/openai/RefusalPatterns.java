package dev.postern.openai;

import dev.postern.openai.RequestRules.SystemMessages;
import dev.postern.openai.RequestRules.Turns;
import dev.postern.openai.ServerProfile.Reasoning;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The error messages with which servers refuse the form of a conversation or of a tool's schema, and the profiles for
 * the accepted forms. All texts are in lower case.
 */
final class RefusalPatterns {
    private static final String REASONING =
            "(?:reasoning(?!_effort|_budget|_tokens| effort)|thinking(?!_budget|\\.budget))";
    private static final String REQUIRED =
            "(?:missing|required|(?:must|should|needs to) be (?:passed|sent|included|provided|returned|present)|passed back)";

    /**
     * DeepSeek: "The `reasoning_content` in the thinking mode must be passed back to the API", "Missing
     * `reasoning_content` field in the assistant message"; Moonshot: "thinking is enabled but reasoning_content is
     * missing".
     */
    static final Pattern REASONING_REQUIRED =
            Pattern.compile(REASONING + "[^.;\\n]{0,80}\\b" + REQUIRED + "|\\bmissing\\b[^.;\\n]{0,40}" + REASONING);

    private static final Pattern DEEPSEEK =
            Pattern.compile("passed back|in the thinking mode|missing \\W?reasoning_content\\W? field");

    /**
     * OpenAI: "object schema missing properties"; LM Studio: a path that ends in "properties" or "type", then the
     * problem.
     */
    static final Pattern PROPERTIES_REQUIRED = Pattern.compile(
            "object schema missing properties"
                    + "|schema for function[^\\n]{0,80}must be a json schema of 'type: \"object\"'"
                    + "|\\bparameters\\b\\W{1,20}\\btype\\b\\W{1,20}message\\W{1,6}invalid discriminator value"
                    + "|missing (?:required )?(?:field |property |key )?['\"`]?properties\\b"
                    + "|\\bparameters\\b\\W{1,20}\\bproperties\\b[^a-z]{1,20}(?:message\\W{1,6})?(?:is |field )?(?:required|missing)");

    /** Gemini: "properties: should be non-empty for OBJECT type". */
    static final Pattern EMPTY_PROPERTIES =
            Pattern.compile("properties\\W{1,4}(?:should|must) be non-empty for object type");

    private static final Pattern ALTERNATE = Pattern.compile("\\broles?\\b[^\\n]{0,60}\\balternat"
            + "|\\balternat[^\\n]{0,60}\\broles?\\b"
            + "|consecutive[^\\n]{0,20}\\b(?:user|assistant|messages)\\b"
            + "|multiple \\W?(?:user|assistant)\\W? roles in a row");

    private static final String INSTRUCTION = "\\bsystem\\W? (?:message|prompt|role|instruction)s?\\b";

    private static final Pattern SYSTEM_FIRST =
            Pattern.compile(INSTRUCTION + "[^\\n]{0,60}\\b(?:beginning|first|start|once|index 0)\\b"
                    + "|\\b(?:first|only one|multiple|more than one|several|single)\\b[^\\n]{0,60}(?:" + INSTRUCTION
                    + "|\\brole\\W{1,4}system\\b)"
                    + "|\\brole \\W?system\\W? (?:after|must|is only|only)");

    private static final Pattern NO_SYSTEM = Pattern.compile("system\\W? role (?:is )?not supported"
            + "|(?:does not|doesn't|not) support\\w* (?:the )?\\W?system\\W?"
            + "|system (?:messages?|prompts?) (?:are|is) not supported"
            + "|system (?:instruction|instructions|prompt) is not enabled");

    private static final Pattern DEVELOPER = Pattern.compile("\\bdeveloper\\b");

    private RefusalPatterns() {}

    /**
     * Whether the server refused the form of a conversation. Then it did not run the request, even if the status is
     * 500.
     */
    static boolean isRefused(String text) {
        return REASONING_REQUIRED.matcher(text).find()
                || ALTERNATE.matcher(text).find()
                || NO_SYSTEM.matcher(text).find()
                || SYSTEM_FIRST.matcher(text).find();
    }

    /**
     * The profile that sends reasoning back. For a message without reasoning, DeepSeek requires an empty text. For
     * Moonshot and perhaps others, an empty text counts as absent.
     */
    static ServerProfile reasoning(ServerProfile profile, String text) {
        if (text.contains("reasoning_details")) {
            return profile.with(Reasoning.REASONING_DETAILS);
        }
        return profile.with(
                DEEPSEEK.matcher(text).find() ? Reasoning.REASONING_CONTENT : Reasoning.REASONING_CONTENT_NOT_EMPTY);
    }

    /** The profiles with other roles or another order of messages; empty if the text is about neither. */
    static List<ServerProfile> roles(ServerProfile profile, String text) {
        RequestRules rules = profile.rules();
        if (rules.developerRole() && DEVELOPER.matcher(text).find()) {
            return List.of(profile.with(rules.withDeveloperRole(false)));
        }
        if (NO_SYSTEM.matcher(text).find()) {
            return List.of(profile.with(rules.with(SystemMessages.NONE)));
        }
        RequestRules first = rules.system() == SystemMessages.ANYWHERE ? rules.with(SystemMessages.FIRST) : rules;
        if (ALTERNATE.matcher(text).find()) { // many templates say this also if a system message comes late
            return List.of(profile.with(rules.with(Turns.ALTERNATING)), profile.with(first.with(Turns.ALTERNATING)));
        }
        return SYSTEM_FIRST.matcher(text).find() ? List.of(profile.with(first)) : List.of();
    }
}
