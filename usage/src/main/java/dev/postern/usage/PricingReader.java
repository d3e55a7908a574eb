package dev.postern.usage;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a table of prices from JSON. A field that is unknown or of another type is refused with its path. */
final class PricingReader {
    private static final Set<String> AMOUNTS = Set.of("input", "output", "cache_reads", "cache_writes", "reasoning");
    private static final List<String> OPTIONAL = List.of("cache_reads", "cache_writes", "reasoning");
    private static final Set<String> WHERE = Set.of("backend", "model");
    private static final Set<String> CONTAINED = Set.of("cache_in_input", "reasoning_in_output");

    private PricingReader() {}

    static Pricing read(String json) {
        Object value;
        try {
            value = Json.parse(json);
        } catch (JsonException e) {
            throw LlmException.builder(Kind.CONFIGURATION, "The prices are not JSON: " + e.getMessage())
                    .cause(e)
                    .build();
        }
        Map<?, ?> table = object("", value, Set.of("currency", "prices"), Set.of(), Set.of());
        Pricing.Builder builder;
        try {
            builder = Pricing.builder(text("currency", table.get("currency")));
        } catch (IllegalArgumentException e) {
            throw wrong("currency", "is empty");
        }
        int index = 0;
        for (Object each : list("prices", table.get("prices"))) {
            String path = "prices[" + index++ + "]";
            Map<?, ?> fields = object(path, each, AMOUNTS, WHERE, CONTAINED, "above");
            try {
                builder.price(name(path, fields, "backend"), name(path, fields, "model"), price(path, fields));
            } catch (IllegalArgumentException e) {
                throw wrong(path, "is wrong: " + e.getMessage());
            }
        }
        return builder.build();
    }

    private static Price price(String path, Map<?, ?> fields) {
        Price price = amounts(path, fields);
        if (fields.get("cache_in_input") != null) {
            price = price.cacheInInput(bool(path + ".cache_in_input", fields.get("cache_in_input")));
        }
        if (fields.get("reasoning_in_output") != null) {
            price = price.reasoningInOutput(bool(path + ".reasoning_in_output", fields.get("reasoning_in_output")));
        }
        int index = 0;
        List<?> tiers = fields.get("above") == null ? List.of() : list(path + ".above", fields.get("above"));
        for (Object each : tiers) {
            String tier = path + ".above[" + index++ + "]";
            Map<?, ?> longer = object(tier, each, AMOUNTS, Set.of("input_tokens"), Set.of());
            for (String amount : OPTIONAL) {
                if (fields.get(amount) != null && longer.get(amount) == null) {
                    throw wrong(tier + "." + amount, "is missing; a longer input needs a price of its own for it");
                }
            }
            BigDecimal tokens = new BigDecimal(amount(tier + ".input_tokens", longer.get("input_tokens")));
            try {
                price = price.aboveInput(tokens.longValueExact(), amounts(tier, longer));
            } catch (ArithmeticException e) {
                throw wrong(tier + ".input_tokens", "is not a whole number");
            }
        }
        return price;
    }

    private static Price amounts(String path, Map<?, ?> fields) {
        Price price = Price.perMillion(
                amount(path + ".input", fields.get("input")), amount(path + ".output", fields.get("output")));
        if (fields.get("cache_reads") != null) {
            price = price.cacheReads(amount(path + ".cache_reads", fields.get("cache_reads")));
        }
        if (fields.get("cache_writes") != null) {
            price = price.cacheWrites(amount(path + ".cache_writes", fields.get("cache_writes")));
        }
        if (fields.get("reasoning") != null) {
            price = price.reasoning(amount(path + ".reasoning", fields.get("reasoning")));
        }
        return price;
    }

    private static Map<?, ?> object(
            String path, @Nullable Object value, Set<String> one, Set<String> two, Set<String> three, String... more) {
        if (!(value instanceof Map<?, ?> fields)) {
            throw wrong(path, "is not an object");
        }
        for (Object name : fields.keySet()) {
            if (!one.contains(name)
                    && !two.contains(name)
                    && !three.contains(name)
                    && !List.of(more).contains(name)) {
                throw wrong(path.isEmpty() ? String.valueOf(name) : path + "." + name, "is unknown");
            }
        }
        return fields;
    }

    private static String name(String path, Map<?, ?> fields, String field) {
        return fields.get(field) == null ? "*" : text(path + "." + field, fields.get(field));
    }

    private static String text(String path, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(path, "is not a text");
    }

    private static boolean bool(String path, @Nullable Object value) {
        if (value instanceof Boolean bool) {
            return bool;
        }
        throw wrong(path, "is neither true nor false");
    }

    private static List<?> list(String path, @Nullable Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(path, "is not a list");
    }

    private static String amount(String path, @Nullable Object value) {
        if (value instanceof Number || value instanceof String) {
            String amount = value.toString();
            try {
                long checked = Cost.nanos(amount);
                return checked >= 0 ? amount : "";
            } catch (IllegalArgumentException e) {
                throw wrong(path, "is not an amount: " + e.getMessage());
            }
        }
        throw wrong(path, value == null ? "is missing" : "is not a number");
    }

    private static LlmException wrong(String path, String what) {
        return new LlmException(
                Kind.CONFIGURATION, "prices: " + (path.isEmpty() ? "the text" : path) + " " + what + ".");
    }
}
