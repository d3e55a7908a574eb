package dev.postern.genai.shared;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Spent;
import dev.postern.genai.GenAi;
import dev.postern.genai.GenAiNames;
import dev.postern.genai.ServerAddress;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Takes attributes: those of a span, or key values of an observation. */
public interface AttributeSink {
    /** Takes a text. */
    void put(String name, String value);

    /** Takes an integer. */
    void put(String name, long value);

    /** Takes a number. */
    void put(String name, double value);

    /** Takes a truth value. */
    void put(String name, boolean value);

    /** Takes a list of texts. */
    void put(String name, List<String> values);

    /** Takes a text unless it is empty. */
    default void putIfAny(String name, String value) {
        if (!value.isEmpty()) {
            put(name, value);
        }
    }

    /** Takes the host and the port of a server, if they are known. */
    default void putAddress(ServerAddress address) {
        if (address.isKnown()) {
            put(GenAi.SERVER_ADDRESS, address.host());
            put(GenAi.SERVER_PORT, address.port());
        }
    }

    /** Takes the settings of a request. The model is not among them, nor is any content. */
    default void putSettings(CompletionRequest request, boolean streaming) {
        putIfAny("gen_ai.conversation.id", request.context().session());
        if (request.responseFormat().isPresent()) {
            put("gen_ai.output.type", "json");
        }
        if (streaming) {
            put("gen_ai.request.stream", true);
        }
        request.seed().ifPresent(value -> put("gen_ai.request.seed", value));
        request.maxTokens().ifPresent(value -> put("gen_ai.request.max_tokens", (long) value));
        request.temperature().ifPresent(value -> put("gen_ai.request.temperature", value));
        request.topP().ifPresent(value -> put("gen_ai.request.top_p", value));
        request.frequencyPenalty().ifPresent(value -> put("gen_ai.request.frequency_penalty", value));
        request.presencePenalty().ifPresent(value -> put("gen_ai.request.presence_penalty", value));
        putIfAny("gen_ai.request.reasoning.level", request.reasoningEffort());
        if (!request.stop().isEmpty()) {
            put("gen_ai.request.stop_sequences", request.stop());
        }
    }

    /** Takes the tokens that were used, and how sure their number is. */
    default void putTokens(Spent spent, String backend, String model, GenAiNames names) {
        TokenCounts counts = TokenCounts.of(spent.usage(), backend, model);
        put(GenAi.INPUT_TOKENS, counts.input());
        put(GenAi.OUTPUT_TOKENS, counts.output());
        putIfAny(GenAi.CACHE_READ_TOKENS, counts.cacheRead());
        putIfAny(names.cacheWriteTokens(), counts.cacheWrite());
        putIfAny(GenAi.REASONING_TOKENS, counts.reasoning());
        put(GenAi.USAGE_CERTAINTY, spent.certainty().name().toLowerCase(Locale.ROOT));
    }

    private void putIfAny(String name, OptionalLong value) {
        value.ifPresent(count -> put(name, count));
    }

    /** Takes the id of an answer, if the server gave it one. */
    default void putId(StreamEvent.MessageStop stop) {
        if (stop.serverInfo().get(CompletionResponse.ID) instanceof String id) {
            putIfAny(GenAi.RESPONSE_ID, id);
        }
    }
}
