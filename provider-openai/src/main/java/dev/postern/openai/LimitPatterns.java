package dev.postern.openai;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The error messages for an account without budget, and the periods of limits. All texts are in lower case. */
final class LimitPatterns {
    /** The account has no budget. A retry does not help, with any status. */
    private static final Pattern NO_BUDGET = Pattern.compile("insufficient[_ ](?:quota|balance|credits?|funds)"
            + "|balance is (?:insufficient|too low)|insufficient account balance"
            + "|credit balance is too low|(?:run|ran) out of credits|(?:no|not enough|used all available) credits"
            + "|doesn't have any credits|does not have enough credits|requires more credits"
            + "|billing_(?:hard_limit|not_active)|billing hard limit|spending limit"
            + "|exceeded_current_quota_error|arrearage|account is in arrears|key limit exceeded"
            + "|free (?:tier|quota|allocated quota).{0,60}exhausted|allocationquota"
            + "|余额不足|欠费");

    /**
     * The account may have no budget. Groq and Gemini also say this of limits per minute, but then they name a delay.
     */
    private static final Pattern MAYBE_NO_BUDGET = Pattern.compile("billing|exceeded your current quota");

    private static final String NO_PRICE = "(?<!\\$\\d{1,6} )(?<!\\$\\d{1,6}\\.\\d{2} )";

    private static final Pattern LONG = Pattern.compile(NO_PRICE
            + "(?<![a-z])(?:per|each|every)[ _-]?(?:calendar[ _-]|\\d{1,3}[ _-]?)?(?:days?|weeks?|months?)\\b"
            + "|per(?:day|week|month)|(?:requests|tokens|calls|messages) ?/ ?(?:day|d|week|month)\\b"
            + "|\\b(?:daily|weekly|monthly)\\b|_(?:daily|weekly|monthly)|\\b[rt]p[dw]\\b|\\b24[ -]?h(?:ou)?rs?\\b"
            + "|\\bfor today\\b|\\btoday's\\b|\\busage limit\\b|(?:今日|每日|每天|当日|每周|每月)");

    private static final Pattern SHORT =
            Pattern.compile("(?<![a-z])(?:per|each|every|a)[ _-]?(?:sec(?:ond)?|min(?:ute)?|hour)\\b"
                    + "|per(?:second|minute|hour)|(?:requests|tokens|calls|messages) ?/ ?(?:s|sec|second|m|min|minute|h|hour)\\b"
                    + "|\\bhourly\\b|\\b[rt]p[sm]\\b|每分钟|每秒");

    private LimitPatterns() {}

    /** Whether the account has no budget; {@code hasDelay} says whether the server names a retry delay. */
    static boolean isWithoutBudget(String text, boolean hasDelay) {
        return NO_BUDGET.matcher(text).find()
                || (!hasDelay && MAYBE_NO_BUDGET.matcher(text).find());
    }

    /**
     * Whether the limit is for a day or longer. The first period counts: messages name the limit before those of other
     * plans.
     */
    static boolean isLong(String text) {
        Matcher longPeriod = LONG.matcher(text);
        Matcher shortPeriod = SHORT.matcher(text);
        return longPeriod.find() && (!shortPeriod.find() || longPeriod.start() < shortPeriod.start());
    }
}
