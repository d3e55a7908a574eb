package dev.postern.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Usage;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PricingTest {
    private static final Price PLAIN = Price.perMillion("1", "10");

    private static Usage usage(long input, long output, long read, long written, long reasoning) {
        return new Usage(input, output, some(read), some(written), some(reasoning));
    }

    private static OptionalLong some(long count) {
        return count == 0 ? OptionalLong.empty() : OptionalLong.of(count);
    }

    private static String cost(Price price, String model, Usage usage) {
        return Pricing.builder("USD")
                .price("*", "*", price)
                .build()
                .cost("backend", model, usage)
                .map(Cost::toString)
                .orElse("unknown");
    }

    private static String cost(Price price, Usage usage) {
        return cost(price, "gpt-4.1", usage);
    }

    @Test
    void inputAndOutputArePricedByTheMillion() {
        assertThat(cost(PLAIN, usage(1_000_000, 100_000, 0, 0, 0))).isEqualTo("2 USD");
        assertThat(cost(Price.perMillion("0.15", "0.6"), usage(1, 1, 0, 0, 0))).isEqualTo("0.00000075 USD");
        assertThat(cost(PLAIN, usage(0, 0, 0, 0, 0))).isEqualTo("0 USD");
    }

    @Test
    void fractionsOfABillionthAreRoundedUpOnceForTheWholeSum() {
        Price price = Price.perMillion("0.0000004", "0.0000004"); // 0.0004 billionths for a token
        assertThat(cost(price, usage(1, 0, 0, 0, 0))).isEqualTo("0.000000001 USD");
        assertThat(cost(price, usage(1_250, 1_250, 0, 0, 0))).isEqualTo("0.000000001 USD");
    }

    @Test
    void cachedTokensArePartOfTheInputUnlessTheServerCountsThemApart() {
        Price price = PLAIN.cacheReads("0.1").cacheWrites("1.25");
        Usage used = usage(1_000_000, 0, 400_000, 200_000, 0);

        assertThat(cost(price, used)).isEqualTo("0.69 USD"); // 0.4 + 0.04 + 0.25
        assertThat(cost(price.cacheInInput(false), used)).isEqualTo("1.29 USD");
        assertThat(cost(price, "us.anthropic.claude-sonnet-4-20250514-v1:0", used))
                .isEqualTo("1.29 USD");
        assertThat(cost(price.cacheInInput(true), "us.anthropic.claude-sonnet-4-20250514-v1:0", used))
                .isEqualTo("0.69 USD");
    }

    @Test
    void moreCachedTokensThanInputAreCountedApart() {
        assertThat(cost(PLAIN.cacheReads("0.1"), usage(10, 0, 1_000_000, 0, 0))).isEqualTo("0.10001 USD");
    }

    @Test
    void whatTheAnswerSaysComesBeforeTheNames() {
        Price price = PLAIN.cacheReads("0.1");
        Usage used = usage(1_000_000, 1_000_000, 400_000, 0, 300_000);
        String bedrock = "us.anthropic.claude-sonnet-4-20250514-v1:0";

        assertThat(cost(price, bedrock, used.counted(true, true))).isEqualTo("10.64 USD");
        assertThat(cost(price, "gpt-4.1", used.counted(false, true))).isEqualTo("11.04 USD");
        assertThat(cost(price, "gpt-4.1", used.counted(true, false))).isEqualTo("13.64 USD");
        assertThat(cost(price, "grok-4", used)).isEqualTo("13.64 USD");
        assertThat(cost(price.cacheInInput(true).reasoningInOutput(true), "grok-4", used.counted(false, false)))
                .isEqualTo("10.64 USD"); // the table has the last word
    }

    @Test
    void aCacheWithoutAPriceCostsAsInput() {
        assertThat(cost(PLAIN, usage(1_000_000, 0, 400_000, 0, 0))).isEqualTo("1 USD");
        assertThat(cost(PLAIN.cacheInInput(false), usage(1_000_000, 0, 400_000, 0, 0)))
                .isEqualTo("1.4 USD");
    }

    @Test
    void reasoningCostsAsOutputUnlessItHasAPrice() {
        Usage used = usage(0, 1_000_000, 0, 0, 300_000);

        assertThat(cost(PLAIN, used)).isEqualTo("10 USD");
        assertThat(cost(PLAIN.reasoning("20"), used)).isEqualTo("13 USD");
        assertThat(cost(PLAIN.reasoningInOutput(false), used)).isEqualTo("13 USD");
        assertThat(cost(PLAIN.reasoningInOutput(false).reasoning("20"), used)).isEqualTo("16 USD");
    }

    @Test
    void moreReasoningThanOutputIsCountedApart() {
        assertThat(cost(PLAIN, usage(0, 100_000, 0, 0, 300_000))).isEqualTo("4 USD");
    }

    @Test
    void aLongInputHasItsOwnPriceForTheWholeRequest() {
        Price price = PLAIN.aboveInput(200_000, Price.perMillion("2", "20"))
                .aboveInput(1_000_000, Price.perMillion("4", "40"));

        assertThat(cost(price, usage(200_000, 1_000, 0, 0, 0))).isEqualTo("0.21 USD");
        assertThat(cost(price, usage(200_001, 1_000, 0, 0, 0))).isEqualTo("0.420002 USD");
        assertThat(cost(price.cacheInInput(false), usage(100_001, 0, 100_000, 0, 0)))
                .isEqualTo("0.400002 USD");
        assertThat(cost(price, usage(2_000_000, 0, 0, 0, 0))).isEqualTo("8 USD");
        assertThatIllegalArgumentException().isThrownBy(() -> price.aboveInput(200_000, PLAIN));
    }

    @Test
    void aLongInputHasItsOwnPriceOfTheCache() {
        Price price = PLAIN.cacheReads("0.1")
                .aboveInput(200_000, Price.perMillion("2", "20").cacheReads("0.2"));

        assertThat(cost(price, usage(100_000, 0, 90_000, 0, 0))).isEqualTo("0.019 USD"); // 0.01 + 0.009
        assertThat(cost(price, usage(1_000_000, 0, 900_000, 0, 0))).isEqualTo("0.38 USD"); // 0.2 + 0.18
    }

    @ParameterizedTest
    @ValueSource(strings = {"cacheReads", "cacheWrites", "reasoning"})
    void aLongInputNeedsEachPriceThatAShortOneHas(String sort) {
        UnaryOperator<Price> more = price -> switch (sort) {
            case "cacheReads" -> price.cacheReads("0.1");
            case "cacheWrites" -> price.cacheWrites("0.1");
            default -> price.reasoning("0.1");
        };

        assertThatIllegalArgumentException()
                .isThrownBy(() -> more.apply(PLAIN).aboveInput(200_000, PLAIN))
                .withMessageStartingWith("the price above 200000 tokens of input has no " + sort);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> more.apply(PLAIN.aboveInput(200_000, PLAIN)))
                .withMessageContaining(sort);
        more.apply(PLAIN).aboveInput(200_000, more.apply(PLAIN));
        PLAIN.aboveInput(200_000, more.apply(PLAIN));
    }

    @Test
    void aCostIsNeverLargerThanItsType() {
        assertThat(cost(Price.perMillion("9000000000", "0"), usage(Long.MAX_VALUE, 0, 0, 0, 0)))
                .isEqualTo(new Cost(Long.MAX_VALUE, "USD").toString());
        assertThat(new Cost(Long.MAX_VALUE, "USD").plus(new Cost(5, "USD")).nanos())
                .isEqualTo(Long.MAX_VALUE);
        assertThat(cost(PLAIN, new Usage(-5, -5, OptionalLong.of(-1), OptionalLong.empty(), OptionalLong.of(-3))))
                .isEqualTo("0 USD");
    }

    @Test
    void theMostSpecificEntryCounts() {
        Pricing pricing = Pricing.builder("USD")
                .price("*", "*", Price.perMillion("1", "0"))
                .price("*", "gpt-5*", Price.perMillion("2", "0"))
                .price("*", "gpt-5-mini*", Price.perMillion("3", "0"))
                .price("*", "gpt-5", Price.perMillion("4", "0"))
                .price("azure", "gpt-5", Price.perMillion("5", "0"))
                .price("eu/*", "gpt-5", Price.perMillion("6", "0"))
                .build();
        Usage million = Usage.of(1_000_000, 0);

        assertThat(pricing.cost("a", "o3", million)).hasToString("Optional[1 USD]");
        assertThat(pricing.cost("a", "gpt-5.1", million)).hasToString("Optional[2 USD]");
        assertThat(pricing.cost("a", "gpt-5-mini-2025", million)).hasToString("Optional[3 USD]");
        assertThat(pricing.cost("a", "gpt-5", million)).hasToString("Optional[4 USD]");
        assertThat(pricing.cost("azure", "gpt-5", million)).hasToString("Optional[5 USD]");
        assertThat(pricing.cost("eu/azure", "gpt-5", million)).hasToString("Optional[6 USD]");
        assertThat(pricing.cost("a", "gpt-5", "gpt-5-2025-08", million)).hasToString("Optional[4 USD]");
        assertThat(pricing.cost("a", "auto", "gpt-5", million)).hasToString("Optional[4 USD]");
    }

    @Test
    void anUnknownPriceIsUnknown() {
        Pricing pricing = Pricing.builder("USD").price("openai", "gpt-5", PLAIN).build();

        assertThat(pricing.cost("openai", "gpt-6", Usage.of(1, 1))).isEmpty();
        assertThat(pricing.cost("other", "gpt-5", Usage.of(1, 1))).isEmpty();
        assertThat(pricing.price("openai", "")).isEmpty();
    }

    @Test
    void aTableIsReadFromJson() {
        Pricing pricing = Pricing.parse("""
                {"currency": "EUR", "prices": [
                  {"model": "gpt-5*", "input": 1.25, "output": 10, "cache_reads": 0.125},
                  {"backend": "aws", "model": "claude", "input": "3.00", "output": 15.00, "cache_writes": 3.75,
                   "reasoning": 16, "cache_in_input": false, "reasoning_in_output": true,
                   "above": [{"input_tokens": 200000, "input": 6, "output": 22.5, "cache_writes": 7.5, "reasoning": 24}]}]}
                """);

        assertThat(pricing).hasToString("Pricing[2 prices in EUR]");
        assertThat(pricing.price("any", "gpt-5-mini"))
                .hasToString("Optional[Price[input 1.25, output 10, cache reads 0.125]]");
        assertThat(pricing.price("aws", "claude"))
                .hasToString("Optional[Price[input 3, output 15, cache writes 3.75, reasoning 16,"
                        + " above 200000: Price[input 6, output 22.5, cache writes 7.5, reasoning 24]]]");
        assertThat(pricing.cost("aws", "claude", usage(1_000, 1_000, 1_000, 1_000, 0)))
                .hasToString("Optional[0.02475 EUR]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|the text is not an object",
                "{\"currency\": \"\", \"prices\": []}|currency is empty",
                "{\"currency\": 1, \"prices\": []}|currency is not a text",
                "{\"currency\": \"USD\"}|prices is not a list",
                "{\"currency\": \"USD\", \"prices\": [], \"more\": 1}|more is unknown",
                "{\"currency\": \"USD\", \"prices\": [1]}|prices[0] is not an object",
                "{\"currency\": \"USD\", \"prices\": [{\"input\": 1}]}|prices[0].output is missing",
                "{\"currency\": \"USD\", \"prices\": [{\"input\": -1, \"output\": 1}]}|prices[0].input is not an amount",
                "{\"currency\": \"USD\", \"prices\": [{\"input\": 1e999999999, \"output\": 1}]}|prices[0].input is not an amount",
                "{\"currency\": \"USD\", \"prices\": [{\"input\": true, \"output\": 1}]}|prices[0].input is not a number",
                "{\"currency\": \"USD\", \"prices\": [{\"inptu\": 1, \"output\": 1}]}|prices[0].inptu is unknown",
                "{\"currency\": \"USD\", \"prices\": [{\"model\": \"*x\", \"input\": 1, \"output\": 1}]}|prices[0] is wrong: a * stands at the end",
                "{\"currency\": \"USD\", \"prices\": [{\"input\": 1, \"output\": 1}, {\"input\": 1, \"output\": 1}]}|prices[1] is wrong: there are two prices",
                "{\"currency\": \"USD\", \"prices\": [{\"input\": 1, \"output\": 1, \"above\": [{\"input_tokens\": 1.5, \"input\": 1, \"output\": 1}]}]}|prices[0].above[0].input_tokens is not a whole number",
                "{\"currency\": \"USD\", \"prices\": [{\"input\": 1, \"output\": 1, \"cache_reads\": 1, \"above\": [{\"input_tokens\": 5, \"input\": 1, \"output\": 1}]}]}|prices[0].above[0].cache_reads is missing",
                "{\"currency\": \"USD\", \"prices\": [{\"input\": 1, \"output\": 1, \"cache_in_input\": 1}]}|prices[0].cache_in_input is neither true nor false",
                "{\"currency\"|The prices are not JSON"
            })
    void aWrongTableNamesTheField(String json, String message) {
        assertThatThrownBy(() -> Pricing.parse(json))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessageContaining(message);
    }

    @Test
    void amountsAreExact() {
        assertThat(Cost.of("12.50", "USD").nanos()).isEqualTo(12_500_000_000L);
        assertThat(Cost.of("0.1", "USD").plus(Cost.of("0.2", "USD"))).isEqualTo(Cost.of("0.3", "USD"));
        assertThat(Cost.of("12.50", "USD").amount()).isEqualByComparingTo("12.5");
        assertThatIllegalArgumentException().isThrownBy(() -> Cost.of("0.0000000001", "USD"));
        assertThatIllegalArgumentException().isThrownBy(() -> Cost.of("-1", "USD"));
        assertThatIllegalArgumentException().isThrownBy(() -> Cost.of("1e30", "USD"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cost.of("1", "USD").plus(Cost.of("1", "EUR")));
    }
}
