package dev.postern.opentelemetry;

import dev.postern.genai.GenAi;
import dev.postern.genai.shared.Modality;
import dev.postern.genai.shared.TokenCounts;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.context.Context;

/** The newest metrics of tokens: a counter for each kind, and the distribution of input and output. */
final class TokenCounters implements Instruments.TokenInstruments {
    private static final String USAGE = "gen_ai.client.inference.usage.";
    private static final AttributeKey<String> MODALITY = AttributeKey.stringKey(GenAi.TOKEN_MODALITY);

    private final LongCounter input;
    private final LongCounter output;
    private final LongCounter cacheRead;
    private final LongCounter cacheWrite;
    private final LongCounter reasoning;
    private final LongHistogram inputs;
    private final LongHistogram outputs;

    TokenCounters(Meter meter) {
        input = counter(meter, "input_tokens", "Tokens of prompts, cached ones included.");
        output = counter(meter, "output_tokens", "Tokens of answers, those of reasoning included.");
        cacheRead = counter(meter, "cache_read.input_tokens", "Tokens of prompts that were read from a cache.");
        cacheWrite = counter(meter, "cache_write.input_tokens", "Tokens of prompts that were written to a cache.");
        reasoning = counter(meter, "reasoning.output_tokens", "Tokens of answers that were spent on reasoning.");
        inputs = histogram(
                meter, "gen_ai.client.inference.operation.input_tokens", "Tokens of the prompt of an attempt.");
        outputs = histogram(
                meter, "gen_ai.client.inference.operation.output_tokens", "Tokens of the answer of an attempt.");
    }

    private static LongCounter counter(Meter meter, String name, String description) {
        return meter.counterBuilder(USAGE + name)
                .setUnit("{token}")
                .setDescription(description)
                .build();
    }

    static LongHistogram histogram(Meter meter, String name, String description) {
        return meter.histogramBuilder(name)
                .ofLongs()
                .setUnit("{token}")
                .setDescription(description)
                .setExplicitBucketBoundariesAdvice(GenAi.TOKENS)
                .build();
    }

    @Override
    public void add(TokenCounts counts, String inputModality, Attributes attributes, Context context) {
        Attributes in = Instruments.with(attributes, MODALITY, inputModality);
        Attributes out = Instruments.with(attributes, MODALITY, Modality.TEXT);
        input.add(counts.input(), in, context);
        output.add(counts.output(), out, context);
        counts.cacheRead().ifPresent(tokens -> cacheRead.add(tokens, in, context));
        counts.cacheWrite().ifPresent(tokens -> cacheWrite.add(tokens, in, context));
        counts.reasoning().ifPresent(tokens -> reasoning.add(tokens, out, context));
        inputs.record(counts.input(), attributes, context);
        outputs.record(counts.output(), attributes, context);
    }

    @Override
    public void none(Attributes attributes, Context context) {
        Attributes unknown = Instruments.with(attributes, MODALITY, Modality.UNKNOWN);
        input.add(0, unknown, context);
        output.add(0, unknown, context);
    }
}
