package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitPatternsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Too many tokens per day, please wait before trying again.",
                "Rate limit reached for gpt-4 on requests per day (RPD): Limit 200, Used 200, Requested 1.",
                "Rate limit exceeded: free-models-per-day-high-balance.",
                "openrouter_free_tier_daily",
                "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
                "Quota exceeded for quota metric 'generate_requests_per_day'",
                "Number of request tokens has exceeded your daily rate limit",
                "You have used all 1000 requests/day of your plan.",
                "Daily token limit reached.",
                "You have reached your weekly limit.",
                "Monthly request limit exceeded.",
                "You've hit your usage limit.",
                "Limit of 500 requests in 24 hours exceeded",
                "Limit for today reached.",
                "RPD limit exceeded",
                "Tokens per week limit exceeded; at most 100 requests per minute are possible as well.",
                "今日调用次数已达上限"
            })
    void recognizesALimitOfADayOrLonger(String message) {
        assertThat(LimitPatterns.isLong(message.toLowerCase(Locale.ROOT))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Rate limit reached for m on tokens per minute (TPM): Limit 6000. Upgrade to Dev Tier today at https://example.org",
                "Rate limit exceeded: free-models-per-min. Add 10 credits to unlock 1000 free model requests per day",
                "Tokens per minute limit exceeded - too many tokens processed.",
                "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
                "Too many requests, at most 5 requests / second.",
                "Rate limit exceeded. Upgrade to Pro for $20 per month.",
                "Rate limit exceeded. Upgrade to Pro for $19.99 per month.",
                "Too many requests.",
                "The model is busy today; try again later.",
                "Concurrency limit reached."
            })
    void doesNotMatchShorterLimits(String message) {
        assertThat(LimitPatterns.isLong(message.toLowerCase(Locale.ROOT))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insufficient_quota",
                "Insufficient Balance",
                "Insufficient balance or no resource package. Please recharge.",
                "Sorry, your account balance is insufficient",
                "Your credit balance is too low to access the Anthropic API.",
                "You have run out of credits.",
                "Your newly created team doesn't have any credits yet.",
                "Your team has either used all available credits or reached its monthly spending limit.",
                "billing_hard_limit_reached",
                "exceeded_current_quota_error",
                "Arrearage: Access denied, please make sure your account is in good standing.",
                "Key limit exceeded (total limit).",
                "The free tier of the model has been exhausted.",
                "账户余额不足"
            })
    void recognizesAnAccountWithoutBudget(String message) {
        assertThat(LimitPatterns.isWithoutBudget(message.toLowerCase(Locale.ROOT), true))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "You exceeded your current quota, please check your plan and billing details. Please retry in 34s.",
                "Need more tokens? Visit https://console.groq.com/settings/billing",
                "Rate limit exceeded. Add 10 credits to unlock more requests.",
                "The load balance is uneven.",
                "Insufficient memory to load the model.",
                "You do not have permission to use this model."
            })
    void messageWithADelayIsNotAboutTheBudget(String message) {
        assertThat(LimitPatterns.isWithoutBudget(message.toLowerCase(Locale.ROOT), true))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "You exceeded your current quota, please check your plan and billing details.",
                "Check https://example.org/billing."
            })
    void billingWithoutADelayIsAboutTheBudget(String message) {
        assertThat(LimitPatterns.isWithoutBudget(message.toLowerCase(Locale.ROOT), false))
                .isTrue();
        assertThat(LimitPatterns.isWithoutBudget(message.toLowerCase(Locale.ROOT), true))
                .isFalse();
    }
}
