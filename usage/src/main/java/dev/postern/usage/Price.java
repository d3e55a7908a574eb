package dev.postern.usage;

import dev.postern.Usage;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The price of a model, for a million tokens of each sort. Immutable: each method returns another price.
 *
 * <pre>{@code
 * Price price = Price.perMillion("1.25", "10")
 *         .cacheReads("0.125")
 *         .aboveInput(200_000, Price.perMillion("2.50", "15").cacheReads("0.25"));
 * }</pre>
 *
 * <p>Amounts are decimal numbers with at most nine digits after the point. Sorts of tokens without a price of their own cost what they
 * are a part of: tokens that are read from or written to a cache cost as input, reasoning costs as output.
 */
public final class Price {
    private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);
    private static final int MOST_TIERS = 16;

    // Billionths of the currency for a million tokens.
    private final long input;
    private final long output;
    private final @Nullable Long cacheReads;
    private final @Nullable Long cacheWrites;
    private final @Nullable Long reasoning;
    private final @Nullable Boolean cacheInInput;
    private final @Nullable Boolean reasoningInOutput;
    /** The longest first. */
    private final List<Tier> tiers;

    /** A price for requests whose input is longer than so many tokens. */
    private record Tier(long above, Price price) {}

    private Price(
            long input,
            long output,
            @Nullable Long cacheReads,
            @Nullable Long cacheWrites,
            @Nullable Long reasoning,
            @Nullable Boolean cacheInInput,
            @Nullable Boolean reasoningInOutput,
            List<Tier> tiers) {
        this.input = input;
        this.output = output;
        this.cacheReads = cacheReads;
        this.cacheWrites = cacheWrites;
        this.reasoning = reasoning;
        this.cacheInInput = cacheInInput;
        this.reasoningInOutput = reasoningInOutput;
        this.tiers = tiers;
        for (Tier tier : tiers) {
            requireIn(tier, "cacheReads", cacheReads, tier.price.cacheReads);
            requireIn(tier, "cacheWrites", cacheWrites, tier.price.cacheWrites);
            requireIn(tier, "reasoning", reasoning, tier.price.reasoning);
        }
    }

    private static void requireIn(Tier tier, String sort, @Nullable Long below, @Nullable Long above) {
        if (below != null && above == null) {
            throw new IllegalArgumentException("the price above " + tier.above + " tokens of input has no " + sort
                    + ", although the price below has one; add it to the price that aboveInput() takes");
        }
    }

    /**
     * The price of a million tokens of input and of output.
     *
     * @throws IllegalArgumentException if a text is not an amount
     */
    public static Price perMillion(String input, String output) {
        return new Price(Cost.nanos(input), Cost.nanos(output), null, null, null, null, null, List.of());
    }

    /** The price of a million tokens that are read from a cache. */
    public Price cacheReads(String amount) {
        return new Price(
                input, output, Cost.nanos(amount), cacheWrites, reasoning, cacheInInput, reasoningInOutput, tiers);
    }

    /** The price of a million tokens that are written to a cache. */
    public Price cacheWrites(String amount) {
        return new Price(
                input, output, cacheReads, Cost.nanos(amount), reasoning, cacheInInput, reasoningInOutput, tiers);
    }

    /** The price of a million tokens of reasoning, if it differs from that of output. */
    public Price reasoning(String amount) {
        return new Price(
                input, output, cacheReads, cacheWrites, Cost.nanos(amount), cacheInInput, reasoningInOutput, tiers);
    }

    /**
     * Whether {@link Usage#inputTokens()} contains the tokens of the cache, whatever the answer says. Without this, the usage of the
     * answer says it, or else its guess, {@link Usage#promptTokensAt}.
     */
    public Price cacheInInput(boolean contained) {
        return new Price(input, output, cacheReads, cacheWrites, reasoning, contained, reasoningInOutput, tiers);
    }

    /**
     * Whether {@link Usage#outputTokens()} contains the tokens of reasoning, whatever the answer says. Without this, the usage of the
     * answer says it, or else its guess, {@link Usage#answerTokensAt}.
     */
    public Price reasoningInOutput(boolean contained) {
        return new Price(input, output, cacheReads, cacheWrites, reasoning, cacheInInput, contained, tiers);
    }

    /**
     * The price of a whole request, input and output, whose input with the tokens of the cache is longer than so many tokens. It must
     * name each sort of tokens that this price names, because it replaces this price. Whether one count contains another is said by this
     * price, not by the other one, and the other one's own tiers do not count.
     *
     * @throws IllegalArgumentException if there is such a price already, if there are 16, or if the other price lacks a sort of tokens
     */
    public Price aboveInput(long tokens, Price price) {
        Objects.requireNonNull(price, "price");
        if (tokens < 1 || tiers.size() == MOST_TIERS || tiers.stream().anyMatch(tier -> tier.above == tokens)) {
            throw new IllegalArgumentException(
                    "a price has at most " + MOST_TIERS + " lengths above 0, each once; not another " + tokens);
        }
        List<Tier> more = new ArrayList<>(tiers);
        more.add(new Tier(tokens, price));
        more.sort(Comparator.comparingLong(Tier::above).reversed());
        return new Price(
                input, output, cacheReads, cacheWrites, reasoning, cacheInInput, reasoningInOutput, List.copyOf(more));
    }

    /** What these tokens cost, in billionths, rounded up. */
    long nanos(String backend, String model, Usage usage) {
        long read = count(usage.cachedTokens());
        long written = count(usage.cacheWriteTokens());
        long thought = count(usage.reasoningTokens());
        long prompt = cacheInInput == null
                ? usage.promptTokensAt(backend, model)
                : all(usage.inputTokens(), Cost.sum(read, written), cacheInInput);
        long answer = reasoningInOutput == null
                ? usage.answerTokensAt(backend, model)
                : all(usage.outputTokens(), thought, reasoningInOutput);
        return at(prompt).nanos(prompt - Cost.sum(read, written), read, written, answer - thought, thought);
    }

    /** What so many tokens cost at most, whatever part of them is cached or reasoning: each at the dearest price, in billionths. */
    long most(long prompt, long answer) {
        Price price = at(prompt);
        long in = Math.max(price.input, Math.max(or(price.cacheReads, 0), or(price.cacheWrites, 0)));
        long out = Math.max(price.output, or(price.reasoning, 0));
        return up(product(Math.max(0, prompt), in).add(product(Math.max(0, answer), out)));
    }

    private Price at(long length) {
        for (Tier tier : tiers) {
            if (length > tier.above) {
                return tier.price;
            }
        }
        return this;
    }

    private long nanos(long plain, long read, long written, long text, long thought) {
        BigInteger sum = product(Math.max(0, plain), input)
                .add(product(read, or(cacheReads, input)))
                .add(product(written, or(cacheWrites, input)))
                .add(product(Math.max(0, text), output))
                .add(product(thought, or(reasoning, output)));
        return up(sum);
    }

    private static long or(@Nullable Long amount, long other) {
        return amount == null ? other : amount;
    }

    /** Rounds up an amount for a million of tokens. */
    private static long up(BigInteger sum) {
        BigInteger[] parts = sum.divideAndRemainder(MILLION);
        BigInteger up = parts[1].signum() == 0 ? parts[0] : parts[0].add(BigInteger.ONE);
        return up.bitLength() < Long.SIZE ? up.longValue() : Long.MAX_VALUE;
    }

    private static BigInteger product(long tokens, long price) {
        return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(price));
    }

    private static long all(long reported, long part, boolean contained) {
        return contained ? Math.max(reported, part) : Cost.sum(Math.max(0, reported), part);
    }

    private static long count(OptionalLong tokens) {
        return Math.max(0, tokens.orElse(0));
    }

    /** The amounts that are set. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Price[input ").append(Cost.text(input));
        text.append(", output ").append(Cost.text(output));
        append(text, "cache reads", cacheReads);
        append(text, "cache writes", cacheWrites);
        append(text, "reasoning", reasoning);
        tiers.forEach(
                tier -> text.append(", above ").append(tier.above).append(": ").append(tier.price));
        return text.append(']').toString();
    }

    private static void append(StringBuilder text, String name, @Nullable Long amount) {
        if (amount != null) {
            text.append(", ").append(name).append(' ').append(Cost.text(amount));
        }
    }
}
