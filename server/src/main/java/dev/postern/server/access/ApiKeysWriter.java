package dev.postern.server.access;

import dev.postern.json.Json;
import dev.postern.usage.Cost;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes keys as {@link ApiKeysReader} reads them. Values that are the default are left out. */
final class ApiKeysWriter {
    private static final String HEADER = "# Keys of the gateway. It has hashes only: who lost a key needs a new one.\n";

    private ApiKeysWriter() {}

    static String yaml(Map<String, ApiKey> keys) {
        DumpSettings settings =
                DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
        return HEADER + new Dump(settings).dumpToString(Map.of("keys", entries(keys)));
    }

    static String json(Map<String, ApiKey> keys) {
        return Json.text(Map.of("keys", entries(keys)));
    }

    private static Map<String, Object> entries(Map<String, ApiKey> keys) {
        Map<String, Object> entries = new LinkedHashMap<>();
        keys.forEach((id, key) -> entries.put(id, entry(key)));
        return entries;
    }

    private static Map<String, Object> entry(ApiKey key) {
        Caller caller = key.caller();
        Map<String, Object> entry = new LinkedHashMap<>();
        text(entry, "name", caller.name());
        text(entry, "tenant", caller.tenant());
        entry.put("sha256", key.hash().hex());
        key.previous().ifPresent(hash -> {
            Map<String, Object> previous = new LinkedHashMap<>();
            previous.put("sha256", hash.hex());
            previous.put("until", key.previousUntil().map(Instant::toString).orElse(""));
            entry.put("previous", previous);
        });
        key.expires().ifPresent(end -> entry.put("expires", end.toString()));
        if (caller.admin()) {
            entry.put("admin", true);
        }
        if (caller.trusted()) {
            entry.put("trusted", true);
        }
        names(entry, "backends", caller.backends());
        names(entry, "models", caller.models());
        Map<String, Object> limits = limits(caller.limits());
        if (!limits.isEmpty()) {
            entry.put("limits", limits);
        }
        return entry;
    }

    private static Map<String, Object> limits(CallerLimits of) {
        Map<String, Object> limits = new LinkedHashMap<>();
        number(limits, "requests_per_minute", of.requestsPerMinute());
        number(limits, "concurrent", of.concurrent());
        number(limits, "tokens_per_minute", of.tokensPerMinute());
        number(limits, "tokens_per_day", of.tokensPerDay());
        number(limits, "tokens_per_month", of.tokensPerMonth());
        cost(limits, "cost_per_day", of.costPerDay());
        cost(limits, "cost_per_month", of.costPerMonth());
        return limits;
    }

    private static void text(Map<String, Object> entry, String key, String text) {
        if (!text.isEmpty()) {
            entry.put(key, escaped(text));
        }
    }

    private static void names(Map<String, Object> entry, String key, NamePatterns names) {
        if (!names.all()) {
            entry.put(key, names.patterns().stream().map(ApiKeysWriter::escaped).toList());
        }
    }

    private static void number(Map<String, Object> limits, String key, long number) {
        if (number > 0) {
            limits.put(key, number);
        }
    }

    private static void cost(Map<String, Object> limits, String key, long nanos) {
        if (nanos > 0) {
            BigDecimal amount = new Cost(nanos, "any").amount();
            limits.put(key, amount.stripTrailingZeros().toPlainString());
        }
    }

    /** A dollar sign begins a variable in a file of settings, so it is written twice. */
    private static String escaped(String text) {
        return text.replace("$", "$$");
    }
}
