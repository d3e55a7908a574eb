package dev.postern.usage;

import dev.postern.LlmException;
import dev.postern.Usage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table of prices, by backend and model, in one currency. The application supplies it; the library has none, because prices change.
 *
 * <pre>{@code
 * Pricing pricing = Pricing.builder("USD")
 *         .price("*", "gpt-5*", Price.perMillion("1.25", "10").cacheReads("0.125"))
 *         .price("local", "*", Price.perMillion("0", "0"))
 *         .build();
 * }</pre>
 *
 * <p>A name is exact, or ends in {@code *} for all names that begin so. If several entries match, the one with the exact model counts,
 * then the one with the longest model, then the same by backend. Immutable.
 */
public final class Pricing {
    private static final int MOST_ENTRIES = 10_000;

    private final String currency;
    private final int size;
    private final Map<String, List<Entry>> exact = new HashMap<>(); // by model
    private final List<Entry> prefixes = new ArrayList<>();

    /** An entry of the table. */
    private record Entry(NamePattern backend, NamePattern model, Price price) {
        /** The most specific first. */
        private static final Comparator<Entry> ORDER = Comparator.<Entry>comparingInt(entry -> entry.model.rank())
                .thenComparingInt(entry -> entry.backend.rank())
                .reversed();
    }

    private Pricing(String currency, List<Entry> entries) {
        this.currency = currency;
        this.size = entries.size();
        entries.stream().sorted(Entry.ORDER).forEach(entry -> {
            if (entry.model.isExact()) {
                exact.computeIfAbsent(entry.model.text(), any -> new ArrayList<>())
                        .add(entry);
            } else {
                prefixes.add(entry);
            }
        });
    }

    /** A builder of a table without entries; the currency is a name, such as {@code USD}. */
    public static Builder builder(String currency) {
        return new Builder(currency);
    }

    /**
     * Reads a table from JSON:
     *
     * <pre>{@code
     * {"currency": "USD", "prices": [
     *   {"model": "gpt-5*", "input": 1.25, "output": 10, "cache_reads": 0.125},
     *   {"backend": "google", "model": "gemini-2.5-pro", "input": 1.25, "output": 10,
     *    "above": [{"input_tokens": 200000, "input": 2.5, "output": 15}]}]}
     * }</pre>
     *
     * <p>{@code backend} and {@code model} are {@code *} by default. {@code cache_writes}, {@code reasoning}, {@code cache_in_input} and
     * {@code reasoning_in_output} are as in {@link Price}.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} that names the field that is wrong
     */
    public static Pricing parse(String json) {
        return PricingReader.read(json);
    }

    /** The name of the currency. */
    public String currency() {
        return currency;
    }

    /** The price of a model at a backend; empty if the table has none. */
    public Optional<Price> price(String backend, String model) {
        return Optional.ofNullable(find(backend, model)).map(Entry::price);
    }

    /** What these tokens of a model at a backend cost, rounded up to a billionth; empty if the table has no price. */
    public Optional<Cost> cost(String backend, String model, Usage usage) {
        return cost(backend, model, model, usage);
    }

    /**
     * What these tokens cost. A server may answer with a more exact name of the model than was asked; the more specific entry counts.
     */
    Optional<Cost> cost(String backend, String asked, String answered, Usage usage) {
        Entry entry = find(backend, answered);
        Entry other = asked.equals(answered) ? null : find(backend, asked);
        if (entry == null || (other != null && Entry.ORDER.compare(other, entry) < 0)) {
            entry = other;
        }
        return entry == null
                ? Optional.empty()
                : Optional.of(new Cost(entry.price.nanos(backend, answered, usage), currency));
    }

    /** What a request costs at most, with so many tokens in its prompt and in its answer; empty if the table has no price. */
    Optional<Cost> most(String backend, String model, long prompt, long answer) {
        return price(backend, model).map(price -> new Cost(price.most(prompt, answer), currency));
    }

    private @Nullable Entry find(String backend, String model) {
        Entry found = first(exact.getOrDefault(model, List.of()), backend, model);
        return found != null ? found : first(prefixes, backend, model);
    }

    private static @Nullable Entry first(List<Entry> sorted, String backend, String model) {
        for (Entry entry : sorted) {
            if (entry.model.matches(model) && entry.backend.matches(backend)) {
                return entry;
            }
        }
        return null;
    }

    /** The currency and the number of entries. */
    @Override
    public String toString() {
        return "Pricing[" + size + " prices in " + currency + "]";
    }

    /** Collects prices. Not thread-safe. */
    public static final class Builder {
        private final String currency;
        private final List<Entry> entries = new ArrayList<>();
        private final Set<List<String>> names = new HashSet<>();

        private Builder(String currency) {
            this.currency = Cost.zero(currency).currency(); // is checked there
        }

        /**
         * Adds a price.
         *
         * @param backend the name of the backend, or a prefix and {@code *}
         * @param model the name of the model, or a prefix and {@code *}
         * @throws IllegalArgumentException if there is a price for the same names, if a {@code *} is not at the end, or if there are
         *     10,000 prices
         */
        public Builder price(String backend, String model, Price price) {
            Objects.requireNonNull(price, "price");
            Entry entry = new Entry(NamePattern.of(backend), NamePattern.of(model), price);
            if (entries.size() == MOST_ENTRIES) {
                throw new IllegalArgumentException("a table has at most " + MOST_ENTRIES + " prices");
            }
            if (!names.add(List.of(backend, model))) {
                throw new IllegalArgumentException("there are two prices for '" + model + "' at '" + backend + "'");
            }
            entries.add(entry);
            return this;
        }

        /** The table. */
        public Pricing build() {
            return new Pricing(currency, entries);
        }
    }
}
