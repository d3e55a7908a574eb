package dev.postern.genai;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.call.CallListener.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names of attributes and metrics that all sets share, and values that the conventions prescribe. */
public final class GenAi {
    /** The kind of operation, always {@link #CHAT}. */
    public static final String OPERATION_NAME = "gen_ai.operation.name";
    /** The value of {@link #OPERATION_NAME} of a call. */
    public static final String CHAT = "chat";
    /** The provider; see {@link ProviderNames}. */
    public static final String PROVIDER_NAME = "gen_ai.provider.name";
    /** The model that was asked. */
    public static final String REQUEST_MODEL = "gen_ai.request.model";
    /** The model that answered. */
    public static final String RESPONSE_MODEL = "gen_ai.response.model";
    /** The id that the server gave its answer. */
    public static final String RESPONSE_ID = "gen_ai.response.id";
    /** Why the model stopped. */
    public static final String FINISH_REASONS = "gen_ai.response.finish_reasons";
    /** The seconds until the first event with content. */
    public static final String TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk";
    /** The tokens of the prompt, cached ones included. */
    public static final String INPUT_TOKENS = "gen_ai.usage.input_tokens";
    /** The tokens of the answer, those of reasoning included. */
    public static final String OUTPUT_TOKENS = "gen_ai.usage.output_tokens";
    /** The tokens of the prompt that were read from a cache. */
    public static final String CACHE_READ_TOKENS = "gen_ai.usage.cache_read.input_tokens";
    /** The tokens of the answer that the model spent on reasoning. */
    public static final String REASONING_TOKENS = "gen_ai.usage.reasoning.output_tokens";
    /** What kind of data the tokens stand for: {@code text} or {@code unknown}. */
    public static final String TOKEN_MODALITY = "gen_ai.token.modality";
    /** What went wrong; see {@link #errorType}. */
    public static final String ERROR_TYPE = "error.type";
    /** The host of the server. */
    public static final String SERVER_ADDRESS = "server.address";
    /** The port of the server. */
    public static final String SERVER_PORT = "server.port";
    /** The status of the HTTP answer. */
    public static final String HTTP_STATUS = "http.response.status_code";
    /** The number of an attempt within its call, from 1. */
    public static final String ATTEMPT_NUMBER = "postern.attempt.number";
    /** Why an attempt is made: {@code first}, {@code retry}, {@code stale_connection}, {@code amended}, {@code fallback}. */
    public static final String ATTEMPT_WHY = "postern.attempt.why";
    /** The number of attempts of a call. */
    public static final String ATTEMPTS = "postern.attempts";
    /** The name of the interceptor that answered instead of a server. */
    public static final String ANSWERED_BY = "postern.answered_by";
    /** The name of the backend. */
    public static final String BACKEND = "postern.backend";
    /** How sure the token counts are: {@code reported}, {@code partial} or {@code estimated}. */
    public static final String USAGE_CERTAINTY = "postern.usage.certainty";
    /** The id that the server gave the request. */
    public static final String REQUEST_ID = "postern.request_id";

    /** The upper bounds of the buckets of times, in seconds. */
    public static final List<Double> SECONDS =
            List.of(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);
    /** The upper bounds of the buckets of token counts. */
    public static final List<Long> TOKENS = List.of(
            1L, 4L, 16L, 64L, 256L, 1024L, 4096L, 16384L, 65536L, 262144L, 1048576L, 4194304L, 16777216L, 67108864L);

    private GenAi() {}

    /** The name of a call's span. */
    public static String spanName(String model) {
        return model.isEmpty() ? CHAT : CHAT + " " + model;
    }

    /**
     * The value of {@code error.type}: the kind of the failure in lower case, such as {@code rate_limited}, because servers have too
     * many codes of their own. {@code cancelled} for what was cancelled, and empty for what was answered.
     */
    public static Optional<String> errorType(Outcome outcome, Optional<LlmException> failure) {
        return switch (outcome) {
            case ANSWERED -> Optional.empty();
            case CANCELLED -> Optional.of("cancelled");
            case FAILED ->
                Optional.of(failure.map(LlmException::kind)
                        .orElse(LlmException.Kind.SERVER)
                        .name()
                        .toLowerCase(Locale.ROOT));
        };
    }

    /**
     * Why the model stopped. The server's own word, if it sent one; {@code error} if there is no reason, because the answer failed,
     * was cut or was cancelled.
     *
     * @param reason the reason; empty if none came
     * @param serverInfo what the server said about the answer
     */
    public static String finishReason(Optional<StopReason> reason, Map<String, @Nullable Object> serverInfo) {
        if (reason.isEmpty()) {
            return "error";
        }
        return serverInfo.get(CompletionResponse.FINISH_REASON) instanceof String word && !word.isEmpty()
                ? word
                : finishReason(reason.get());
    }

    /** The word for a reason in messages: {@code stop}, {@code length}, {@code tool_call} or {@code content_filter}. */
    public static String finishReason(StopReason reason) {
        return switch (reason) {
            case END_TURN, STOP_SEQUENCE, OTHER -> "stop";
            case MAX_TOKENS -> "length";
            case TOOL_USE -> "tool_call";
            case CONTENT_FILTER -> "content_filter";
        };
    }
}
