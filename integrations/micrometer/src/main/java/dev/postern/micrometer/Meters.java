package dev.postern.micrometer;

import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.Spent;
import dev.postern.genai.GenAi;
import dev.postern.genai.GenAiNames;
import dev.postern.genai.shared.Modality;
import dev.postern.genai.shared.TokenCounts;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** The meters of tokens and streams. */
final class Meters {
    private static final String USAGE = "gen_ai.client.inference.usage.";
    private static final Duration[] SECONDS = GenAi.SECONDS.stream()
            .map(seconds -> Duration.ofMillis(Math.round(seconds * 1000)))
            .toArray(Duration[]::new);
    private static final double[] TOKENS =
            GenAi.TOKENS.stream().mapToDouble(Long::doubleValue).toArray();

    private final MeterRegistry registry;
    private final GenAiNames names;

    Meters(MeterRegistry registry, GenAiNames names) {
        this.registry = registry;
        this.names = names;
    }

    Timer firstChunk(Tags tags) {
        return timer(names.timeToFirstChunk(), "The time until the first event with content of a stream.", tags);
    }

    Timer chunk(Tags tags) {
        return timer(names.timePerOutputChunk(), "The time between two events with content of a stream.", tags);
    }

    private Timer timer(String name, String description, Tags tags) {
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(SECONDS)
                .register(registry);
    }

    /** Counts the tokens of an attempt; zero tokens if it used none as far as is known. */
    void tokens(AttemptEnd end, String inputModality, Tags tags) {
        Optional<Spent> spent = end.spent();
        String certainty = spent.map(tokens -> tokens.certainty().name().toLowerCase(Locale.ROOT))
                .orElse(KeyValue.NONE_VALUE);
        Tags all = tags.and(GenAi.USAGE_CERTAINTY, certainty);
        Optional<TokenCounts> counts = spent.map(tokens -> TokenCounts.of(tokens.usage(), end.backend(), end.model()));
        if (names == GenAiNames.V1_41) {
            counts.ifPresent(count -> {
                older("input", count.input(), all);
                older("output", count.output(), all);
            });
            return;
        }
        Tags in = all.and(GenAi.TOKEN_MODALITY, counts.isPresent() ? inputModality : Modality.UNKNOWN);
        Tags out = all.and(GenAi.TOKEN_MODALITY, counts.isPresent() ? Modality.TEXT : Modality.UNKNOWN);
        add("input_tokens", counts.map(TokenCounts::input).orElse(0L), in);
        add("output_tokens", counts.map(TokenCounts::output).orElse(0L), out);
        counts.ifPresent(count -> {
            count.cacheRead().ifPresent(tokens -> add("cache_read.input_tokens", tokens, in));
            count.cacheWrite().ifPresent(tokens -> add("cache_write.input_tokens", tokens, in));
            count.reasoning().ifPresent(tokens -> add("reasoning.output_tokens", tokens, out));
            summary("gen_ai.client.inference.operation.input_tokens", count.input(), all);
            summary("gen_ai.client.inference.operation.output_tokens", count.output(), all);
        });
    }

    private void older(String type, long tokens, Tags tags) {
        count("gen_ai.client.token.usage", tokens, tags.and("gen_ai.token.type", type));
    }

    private void add(String kind, long tokens, Tags tags) {
        count(USAGE + kind, tokens, tags);
    }

    private void count(String name, long tokens, Tags tags) {
        Counter.builder(name)
                .description("Tokens, counted by attempts.")
                .baseUnit("tokens")
                .tags(tags)
                .register(registry)
                .increment((double) tokens);
    }

    private void summary(String name, long tokens, Tags tags) {
        DistributionSummary.builder(name)
                .description("Tokens of an attempt.")
                .baseUnit("tokens")
                .serviceLevelObjectives(TOKENS)
                .tags(tags)
                .register(registry)
                .record((double) tokens);
    }
}
