package dev.postern.client;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.http.HttpReply;
import dev.postern.http.RetryAfter;
import dev.postern.wire.ErrorReader;
import dev.postern.wire.GatewayHeaders;
import java.time.Clock;
import java.util.function.Function;

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
    LlmException unexpected(HttpReply reply, Headers headers, String due) {
        String what = reply.mediaType().isEmpty() ? "something" : reply.mediaType();
        LlmException failure = new LlmException(
                Kind.PROTOCOL,
                "'" + name + "' answered with " + what + " where " + due + " was due; is base_url that of a gateway?");
        return headers.quoting(failure, reply.body(), 0, reply.body().length);
    }

    /** Reads a success that has a body. */
    <T> T read(HttpReply reply, Headers headers, Function<byte[], T> reader) {
        if (reply.body().length == 0) {
            throw empty(name, reply);
        }
        try {
            return reader.apply(reply.body());
        } catch (LlmException e) {
            throw headers.quoting(e, reply.body(), 0, reply.body().length);
        }
    }

    /** A success without a body. With any other status than 200 the server has something else in mind than an answer. */
    static LlmException empty(String name, HttpReply head) {
        return new LlmException(
                head.status() == 200 ? Kind.INCOMPLETE_STREAM : Kind.PROTOCOL,
                "'" + name + "' answered " + head.status() + " with an empty body instead of an answer.");
    }
}
