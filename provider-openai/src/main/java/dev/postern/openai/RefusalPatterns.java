package dev.postern.openai;

import java.util.regex.Pattern;

/**
 * Recognises in an error message which form of a conversation or of a tool's schema the server refused. All texts are in
 * lower case. {@link AlternativeProfiles} chooses the other form.
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
    private static final Pattern REASONING_REQUIRED =
            Pattern.compile(REASONING + "[^.;\\n]{0,80}\\b" + REQUIRED + "|\\bmissing\\b[^.;\\n]{0,40}" + REASONING);

    private static final Pattern DEEPSEEK =
            Pattern.compile("passed back|in the thinking mode|missing \\W?reasoning_content\\W? field");

    /**
     * OpenAI: "object schema missing properties"; LM Studio: a path that ends in "properties" or "type", then the
     * problem.
     */
    private static final Pattern PROPERTIES_REQUIRED = Pattern.compile(
            "object schema missing properties"
                    + "|schema for function[^\\n]{0,80}must be a json schema of 'type: \"object\"'"
                    + "|\\bparameters\\b\\W{1,20}\\btype\\b\\W{1,20}message\\W{1,6}invalid discriminator value"
                    + "|missing (?:required )?(?:field |property |key )?['\"`]?properties\\b"
                    + "|\\bparameters\\b\\W{1,20}\\bproperties\\b[^a-z]{1,20}(?:message\\W{1,6})?(?:is |field )?(?:required|missing)");

    /** Gemini: "properties: should be non-empty for OBJECT type". */
    private static final Pattern EMPTY_PROPERTIES =
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
        return requiresReasoning(text) || requiresAlternation(text) || refusesSystem(text) || requiresSystemFirst(text);
    }

    /** Whether the server requires reasoning in a message of the assistant. */
    static boolean requiresReasoning(String text) {
        return REASONING_REQUIRED.matcher(text).find();
    }

    /**
     * Whether a message without reasoning may have an empty text instead, as with DeepSeek. For Moonshot and perhaps
     * others, an empty text counts as absent.
     */
    static boolean acceptsEmptyReasoning(String text) {
        return DEEPSEEK.matcher(text).find();
    }

    /** Whether the server requires the field {@code properties} or {@code type} in a tool's schema. */
    static boolean requiresProperties(String text) {
        return PROPERTIES_REQUIRED.matcher(text).find();
    }

    /** Whether the server refuses empty {@code properties} in a tool's schema. */
    static boolean refusesEmptyProperties(String text) {
        return EMPTY_PROPERTIES.matcher(text).find();
    }

    /** Whether user and assistant must alternate. Many templates say this also if a system message comes late. */
    static boolean requiresAlternation(String text) {
        return ALTERNATE.matcher(text).find();
    }

    /** Whether system messages must be one message at the beginning. */
    static boolean requiresSystemFirst(String text) {
        return SYSTEM_FIRST.matcher(text).find();
    }

    /** Whether the server refuses system messages. */
    static boolean refusesSystem(String text) {
        return NO_SYSTEM.matcher(text).find();
    }

    /** Whether the text is about the role {@code developer}. */
    static boolean namesDeveloper(String text) {
        return DEVELOPER.matcher(text).find();
    }
}
