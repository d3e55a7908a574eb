package dev.postern.bedrock;

import dev.postern.Timeouts;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that the calls to one backend share.
 *
 * @param name the backend's name, for errors
 * @param access where it is, and who we are
 * @param settings what every request carries
 * @param family what the models want; null to tell by their ids
 * @param defaultModel for requests that name none; may be empty
 * @param timeouts for requests that bring none
 * @param maxFrameBytes what a frame of the event stream may measure
 * @param maxResponseBytes what a whole answer may measure
 */
record Backend(
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

    ErrorReader errors(String model, UnaryOperator<String> redacted) {
        return new ErrorReader(name, model, redacted, access.here().clock());
    }
}
