package dev.postern.server.observe;

import dev.postern.Usage;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.server.observe.RequestSummary.Calls;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Writes the lines of the access log. What is unknown is left out. */
final class AccessLine {
    private AccessLine() {}

    /** A request as one line of JSON. */
    static String of(RequestSummary request) {
        return line(json -> {
            json.field("time", time(request.time()))
                    .field("request_id", request.who().requestId())
                    .field("correlation_id", request.who().correlationId())
                    .fieldIfAny("key", request.who().key())
                    .fieldIfAny("tenant", request.who().tenant())
                    .field("method", request.method())
                    .fieldIfAny("route", request.route());
            if (request.status() > 0) {
                json.field("status", request.status());
            }
            json.field("outcome", request.outcome().wire()).fieldIfAny("failure", request.failure());
            calls(json, request.calls());
            json.field("duration_ms", request.duration().toMillis())
                    .field("bytes_in", request.bytesIn())
                    .field("bytes_out", request.bytesOut());
        });
    }

    /** Says that lines are missing. */
    static String dropped(Instant now, long count) {
        return line(json -> json.field("time", time(now)).field("dropped_lines", count));
    }

    private static void calls(JsonWriter json, Calls calls) {
        json.fieldIfAny("backend", calls.backend()).fieldIfAny("model", calls.model());
        if (calls.count() > 0) {
            json.field("calls", calls.count()).field("attempts", calls.attempts());
        }
        calls.usage().ifPresent(usage -> tokens(json, usage, calls.estimated()));
        calls.cost()
                .ifPresent(cost -> json.fieldOf("cost", plain(cost.amount())).field("currency", cost.currency()));
        calls.firstToken().map(Duration::toMillis).ifPresent(millis -> json.field("first_token_ms", millis));
    }

    /** Without zeros at the end and without an exponent. */
    private static BigDecimal plain(BigDecimal amount) {
        BigDecimal shortest = amount.stripTrailingZeros();
        return shortest.scale() < 0 ? shortest.setScale(0) : shortest;
    }

    private static void tokens(JsonWriter json, Usage usage, boolean estimated) {
        json.field("tokens_in", usage.inputTokens()).field("tokens_out", usage.outputTokens());
        usage.cachedTokens().ifPresent(count -> json.field("tokens_cached", count));
        usage.cacheWriteTokens().ifPresent(count -> json.field("tokens_cache_write", count));
        usage.reasoningTokens().ifPresent(count -> json.field("tokens_reasoning", count));
        if (estimated) {
            json.field("tokens_estimated", true);
        }
    }

    private static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static String line(JsonWriter.Body body) {
        return new String(Json.bytes(json -> json.object(body)), StandardCharsets.UTF_8);
    }
}
