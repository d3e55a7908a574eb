package dev.postern.openai;

import dev.postern.CallOptions;
import dev.postern.Timeouts;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * All that the calls to one server share.
 *
 * @param name the backend's name, for errors
 * @param endpoint where its paths are
 * @param profile what it wants
 * @param corrections what was learned about it
 * @param defaultModel for requests that name none; may be empty
 * @param credentials who we are
 * @param timeouts for requests that bring none
 * @param bounds how large an answer may be
 * @param clock for moments that servers name
 * @param newIds makes ids for tool calls that come without
 */
record ServerContext(
        String name,
        Endpoint endpoint,
        ServerProfile profile,
        LearnedProfiles corrections,
        String defaultModel,
        RequestHeaders credentials,
        Timeouts timeouts,
        ReplyDecoder.Bounds bounds,
        Clock clock,
        Supplier<String> newIds) {

    RequestHeaders.Headers headers(CallOptions options, boolean stream) {
        return credentials.headers(options, stream ? "text/event-stream" : "application/json", true);
    }
}
