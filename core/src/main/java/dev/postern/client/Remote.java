package dev.postern.client;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.http.HttpReply;
import dev.postern.http.RetryAfter;
import dev.postern.wire.ErrorReader;
import dev.postern.wire.GatewayHeaders;
import java.time.Clock;

/**
 * All that the calls to one gateway share.
 *
 * @param name the gateway's name, for errors
 * @param place where its paths are
 * @param credentials who we are
 * @param timeouts for requests that bring none
 * @param maxEventBytes what an event of a stream may measure
 * @param maxResponseBytes what a whole answer may measure
 * @param clock for moments that servers name
 */
record Remote(
        String name,
        Place place,
        Credentials credentials,
        Timeouts timeouts,
        int maxEventBytes,
        int maxResponseBytes,
        Clock clock) {

    /** What an answer means whose status is no success. */
    LlmException error(HttpReply reply, Headers headers, String model) {
        LlmException failure = ErrorReader.read(
                reply.status(),
                headers.redacted(reply.body()),
                RetryAfter.of(reply, clock.instant()).orElse(null));
        if (failure.requestId().isEmpty()) {
            failure = failure.toBuilder()
                    .requestId(reply.header(GatewayHeaders.REQUEST_ID))
                    .build();
        }
        return headers.described(failure, name, model);
    }

    /** A success of another kind than was asked for. */
    LlmException unexpected(HttpReply head, String due) {
        return new LlmException(
                Kind.PROTOCOL,
                "'" + name + "' answered with " + (head.mediaType().isEmpty() ? "something" : head.mediaType())
                        + " where " + due + " was due; is base_url that of a gateway?");
    }
}
