package dev.postern.openai;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How servers say that an account has nothing left to spend, and for how long a limit lasts. All in lower case. */
final class LimitPatterns {
    /** Waiting does not help, whatever the status is. */
    private static final Pattern NO_BUDGET = Pattern.compile("insufficient[_ ](?:quota|balance|credits?|funds)"
            + "|balance is (?:insufficient|too low)|insufficient account balance"
            + "|credit balance is too low|(?:run|ran) out of credits|(?:no|not enough|used all available) credits"
            + "|doesn't have any credits|does not have enough credits|requires more credits"
            + "|billing_(?:hard_limit|not_active)|billing hard limit|spending limit"
            + "|exceeded_current_quota_error|arrearage|account is in arrears|key limit exceeded"
            + "|free (?:tier|quota|allocated quota).{0,60}exhausted|allocationquota"
            + "|余额不足|欠费");

    /** Said of limits per minute as well, but then with a wait (Groq, Gemini). */
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

    static boolean isWithoutBudget(String text, boolean waits) {
        return NO_BUDGET.matcher(text).find()
                || (!waits && MAYBE_NO_BUDGET.matcher(text).find());
    }

    /** Whether the limit lasts a day or longer. Sentences name the limit first, and then what a better account may do. */
    static boolean isLong(String text) {
        Matcher lasting = LONG.matcher(text);
        Matcher passing = SHORT.matcher(text);
        return lasting.find() && (!passing.find() || lasting.start() < passing.start());
    }
}
