package dev.postern.openai;

import dev.postern.Timeouts;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * The settings that all calls of one provider share, and the profiles that they have learned.
 *
 * @param name the provider's name in errors
 * @param endpoint the server's URLs
 * @param profile the configured profile
 * @param learnedProfiles the profiles learned from refusals, by model
 * @param defaultModel the model for requests without one; may be empty
 * @param requestHeaders makes the headers of each attempt
 * @param timeouts the timeouts for requests without their own
 * @param bounds the maximum sizes of an answer
 * @param clock the time, to compute a delay from a date that the server sends
 * @param newIds makes ids for tool calls that the server sends without an id
 */
record OpenAiBackend(
        String name,
        Endpoint endpoint,
        ServerProfile profile,
        LearnedProfiles learnedProfiles,
        String defaultModel,
        RequestHeaders requestHeaders,
        Timeouts timeouts,
        ReplyDecoder.Bounds bounds,
        Clock clock,
        Supplier<String> newIds) {}
