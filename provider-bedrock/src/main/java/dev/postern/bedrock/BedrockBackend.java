package dev.postern.bedrock;

import dev.postern.Timeouts;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The settings that all calls of one provider share.
 *
 * @param name the backend's name, for errors
 * @param access addresses and credentials
 * @param settings the parts that every request contains
 * @param family the family of all models; null to derive it from the id of each model
 * @param defaultModel the model of requests that name none; may be empty
 * @param timeouts the timeouts of requests that have none
 * @param maxFrameBytes the largest frame of an event stream, in bytes
 * @param maxResponseBytes the largest whole answer, in bytes
 */
record BedrockBackend(
        String name,
        BedrockAccess access,
        ConverseSettings settings,
        @Nullable ModelFamily family,
        String defaultModel,
        Timeouts timeouts,
        int maxFrameBytes,
        int maxResponseBytes) {

    ModelFamily familyOf(String model) {
        return family == null ? ModelFamily.of(model) : family;
    }

    ConverseErrorReader errors(String model, UnaryOperator<String> redacted) {
        return new ConverseErrorReader(
                name, model, redacted, access.environment().clock());
    }
}
