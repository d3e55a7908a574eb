package dev.postern.openai;

import java.util.regex.Pattern;

/**
 * A reason for which a server refuses the form of a conversation or of a tool's schema. It is recognised in the text of
 * an error. {@link AlternativeProfiles} chooses the other form.
 */
enum Refusal {
    /**
     * A message of the assistant has no reasoning. DeepSeek: "The `reasoning_content` in the thinking mode must be
     * passed back to the API", "Missing `reasoning_content` field in the assistant message"; Moonshot: "thinking is
     * enabled but reasoning_content is missing".
     */
    REASONING_MISSING(
            Terms.REASONING + "[^.;\\n]{0,80}\\b" + Terms.REQUIRED + "|\\bmissing\\b[^.;\\n]{0,40}" + Terms.REASONING),

    /**
     * The same with DeepSeek, where a message without reasoning may have an empty text instead. For Moonshot and perhaps
     * others, an empty text counts as absent.
     */
    REASONING_MISSING_DEEPSEEK("passed back|in the thinking mode|missing \\W?reasoning_content\\W? field"),

    /**
     * A tool's schema has no {@code properties} or no {@code type}. OpenAI: "object schema missing properties"; LM
     * Studio: a path that ends in "properties" or "type", then the problem.
     */
    PROPERTIES_MISSING(
            "object schema missing properties"
                    + "|schema for function[^\\n]{0,80}must be a json schema of 'type: \"object\"'"
                    + "|\\bparameters\\b\\W{1,20}\\btype\\b\\W{1,20}message\\W{1,6}invalid discriminator value"
                    + "|missing (?:required )?(?:field |property |key )?['\"`]?properties\\b"
                    + "|\\bparameters\\b\\W{1,20}\\bproperties\\b[^a-z]{1,20}(?:message\\W{1,6})?(?:is |field )?(?:required|missing)"),

    /** A tool's schema has empty {@code properties}. Gemini: "properties: should be non-empty for OBJECT type". */
    PROPERTIES_EMPTY("properties\\W{1,4}(?:should|must) be non-empty for object type"),

    /** User and assistant do not alternate. */
    TURNS_NOT_ALTERNATING("\\broles?\\b[^\\n]{0,60}\\balternat"
            + "|\\balternat[^\\n]{0,60}\\broles?\\b"
            + "|consecutive[^\\n]{0,20}\\b(?:user|assistant|messages)\\b"
            + "|multiple \\W?(?:user|assistant)\\W? roles in a row"),

    /** A system message is not the first message, or there are several. */
    SYSTEM_NOT_FIRST(Terms.INSTRUCTION + "[^\\n]{0,60}\\b(?:beginning|first|start|once|index 0)\\b"
            + "|\\b(?:first|only one|multiple|more than one|several|single)\\b[^\\n]{0,60}(?:" + Terms.INSTRUCTION
            + "|\\brole\\W{1,4}system\\b)"
            + "|\\brole \\W?system\\W? (?:after|must|is only|only)"),

    /** The server has no system messages. */
    SYSTEM_UNSUPPORTED("system\\W? role (?:is )?not supported"
            + "|(?:does not|doesn't|not) support\\w* (?:the )?\\W?system\\W?"
            + "|system (?:messages?|prompts?) (?:are|is) not supported"
            + "|system (?:instruction|instructions|prompt) is not enabled"),

    /** The text names the role {@code developer}. */
    DEVELOPER_NAMED("\\bdeveloper\\b");

    /** Parts of several patterns. */
    private static final class Terms {
        static final String REASONING =
                "(?:reasoning(?!_effort|_budget|_tokens| effort)|thinking(?!_budget|\\.budget))";
        static final String REQUIRED =
                "(?:missing|required|(?:must|should|needs to) be (?:passed|sent|included|provided|returned|present)|passed back)";
        static final String INSTRUCTION = "\\bsystem\\W? (?:message|prompt|role|instruction)s?\\b";
    }

    private final Pattern pattern;

    Refusal(String pattern) {
        this.pattern = Pattern.compile(pattern);
    }

    /** Whether an error says this. Its text must be in lower case. */
    boolean isIn(String lowerCaseText) {
        return pattern.matcher(lowerCaseText).find();
    }

    /**
     * Whether the server refused the form of a conversation. Then it did not run the request, even if the status is
     * 500.
     */
    static boolean ofConversation(String lowerCaseText) {
        return REASONING_MISSING.isIn(lowerCaseText)
                || TURNS_NOT_ALTERNATING.isIn(lowerCaseText)
                || SYSTEM_UNSUPPORTED.isIn(lowerCaseText)
                || SYSTEM_NOT_FIRST.isIn(lowerCaseText);
    }
}
