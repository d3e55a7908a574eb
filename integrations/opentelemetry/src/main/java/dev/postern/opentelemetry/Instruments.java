package dev.postern.opentelemetry;

import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.CallEnd;
import dev.postern.call.CallListener.Spent;
import dev.postern.genai.GenAi;
import dev.postern.genai.GenAiNames;
import dev.postern.genai.ServerAddress;
import dev.postern.genai.shared.TokenCounts;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The metrics of calls. Tokens are counted by attempts, times by calls; only the time between chunks belongs to an attempt. */
final class Instruments {
    static final AttributeKey<String> OPERATION = AttributeKey.stringKey(GenAi.OPERATION_NAME);
    private static final AttributeKey<String> PROVIDER = AttributeKey.stringKey(GenAi.PROVIDER_NAME);
    private static final AttributeKey<String> REQUEST_MODEL = AttributeKey.stringKey(GenAi.REQUEST_MODEL);
    private static final AttributeKey<String> RESPONSE_MODEL = AttributeKey.stringKey(GenAi.RESPONSE_MODEL);
    private static final AttributeKey<String> ADDRESS = AttributeKey.stringKey(GenAi.SERVER_ADDRESS);
    private static final AttributeKey<Long> PORT = AttributeKey.longKey(GenAi.SERVER_PORT);
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey(GenAi.ERROR_TYPE);
    private static final AttributeKey<String> ANSWERED_BY = AttributeKey.stringKey(GenAi.ANSWERED_BY);
    private static final AttributeKey<String> CERTAINTY = AttributeKey.stringKey(GenAi.USAGE_CERTAINTY);

    private final DoubleHistogram duration;
    private final DoubleHistogram firstChunk;
    private final DoubleHistogram chunk;
    private final TokenInstruments tokens;

    Instruments(OpenTelemetry openTelemetry, GenAiNames names) {
        Meter meter = openTelemetry
                .getMeterProvider()
                .meterBuilder("dev.postern")
                .setSchemaUrl(schema(names))
                .build();
        duration = seconds(meter, names.duration(), "The time that calls take, with all their attempts.");
        firstChunk =
                seconds(meter, names.timeToFirstChunk(), "The time until the first event with content of a stream.");
        chunk = seconds(meter, names.timePerOutputChunk(), "The time between two events with content of a stream.");
        tokens = names == GenAiNames.LATEST ? new TokenCounters(meter) : new TokenHistogram(meter);
    }

    static String schema(GenAiNames names) {
        return names == GenAiNames.LATEST
                ? "https://opentelemetry.io/schemas/gen-ai/1.42.0"
                : "https://opentelemetry.io/schemas/1.41.0";
    }

    static DoubleHistogram seconds(Meter meter, String name, String description) {
        return meter.histogramBuilder(name)
                .setUnit("s")
                .setDescription(description)
                .setExplicitBucketBoundariesAdvice(GenAi.SECONDS)
                .build();
    }

    static Attributes attributes(String provider, String asked, String answered, ServerAddress address) {
        AttributesBuilder all = Attributes.builder().put(OPERATION, GenAi.CHAT).put(PROVIDER, provider);
        if (!asked.isEmpty()) {
            all.put(REQUEST_MODEL, asked);
        }
        if (!answered.isEmpty()) {
            all.put(RESPONSE_MODEL, answered);
        }
        if (address.isKnown()) {
            all.put(ADDRESS, address.host()).put(PORT, (long) address.port());
        }
        return all.build();
    }

    void call(CallEnd end, Attributes common, @Nullable Duration firstToken, Context context) {
        AttributesBuilder all = common.toBuilder();
        GenAi.errorType(end.outcome(), end.failure()).ifPresent(type -> all.put(ERROR, type));
        if (!end.answeredBy().isEmpty()) {
            all.put(ANSWERED_BY, end.answeredBy());
        }
        duration.record(CallTime.seconds(end.elapsed()), all.build(), context);
        if (firstToken != null) {
            firstChunk.record(CallTime.seconds(firstToken), common, context);
        }
    }

    void chunk(double seconds, Attributes asked, Context context) {
        chunk.record(seconds, asked, context);
    }

    /** Counts the tokens of an attempt; zero tokens if it used none as far as is known. */
    void tokens(AttemptEnd end, String inputModality, Attributes common, Context context) {
        Optional<Spent> spent = end.spent();
        if (spent.isEmpty()) {
            tokens.none(common, context);
            return;
        }
        Attributes all = common.toBuilder()
                .put(CERTAINTY, spent.get().certainty().name().toLowerCase(Locale.ROOT))
                .build();
        tokens.add(TokenCounts.of(spent.get().usage(), end.backend(), end.model()), inputModality, all, context);
    }

    /** The metrics of tokens, which differ most between the sets of names. */
    interface TokenInstruments {
        void add(TokenCounts counts, String inputModality, Attributes attributes, Context context);

        void none(Attributes attributes, Context context);
    }

    static Attributes with(Attributes attributes, AttributeKey<String> key, String value) {
        return attributes.toBuilder().put(key, value).build();
    }
}
