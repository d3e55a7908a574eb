package dev.postern.opentelemetry;

import dev.postern.genai.shared.TokenCounts;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.context.Context;

/** The older metric of tokens: one histogram, with input and output apart by an attribute. */
final class TokenHistogram implements Instruments.TokenInstruments {
    private static final AttributeKey<String> TYPE = AttributeKey.stringKey("gen_ai.token.type");

    private final LongHistogram usage;

    TokenHistogram(Meter meter) {
        usage = TokenCounters.histogram(meter, "gen_ai.client.token.usage", "Tokens of an attempt.");
    }

    @Override
    public void add(TokenCounts counts, String inputModality, Attributes attributes, Context context) {
        usage.record(counts.input(), Instruments.with(attributes, TYPE, "input"), context);
        usage.record(counts.output(), Instruments.with(attributes, TYPE, "output"), context);
    }

    @Override
    public void none(Attributes attributes, Context context) {
        // the older convention has no zeros for what failed
    }
}
