package dev.postern.bedrock;

import dev.postern.Timeouts;
import dev.postern.http.RequestSecrets;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The settings that all calls of one provider share.
 *
 * @param name the backend's name, for errors
 * @param addresses the URLs of the operations
 * @param authorizer adds an API key or a signature to each attempt
 * @param settings the parts that every request contains
 * @param family the family of all models; null to derive it from the id of each model
 * @param defaultModel the model of requests that name none; may be empty
 * @param timeouts the timeouts of requests that have none
 * @param maxFrameBytes the largest frame of an event stream, in bytes
 * @param maxResponseBytes the largest whole answer, in bytes
 * @param clock the time, to compute a delay from a date that the service sends
 */
record BedrockBackend(
        String name,
        BedrockAddresses addresses,
        BedrockAuthorizer authorizer,
        ConverseSettings settings,
        @Nullable ModelFamily family,
        String defaultModel,
        Timeouts timeouts,
        int maxFrameBytes,
        int maxResponseBytes,
        Clock clock) {

    ModelFamily familyOf(String model) {
        return family == null ? ModelFamily.of(model) : family;
    }

    ConverseErrorReader errors(String model, RequestSecrets secrets) {
        return new ConverseErrorReader(name, model, secrets, clock);
    }
}
