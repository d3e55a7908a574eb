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
 * The settings that all calls to one gateway share.
 *
 * @param name the gateway's name, for errors
 * @param urls the URLs of its paths
 * @param headers creates the headers of each attempt
 * @param timeouts the timeouts of requests that set none
 * @param maxEventBytes the largest event of a stream
 * @param maxResponseBytes the largest whole answer
 * @param clock for points in time that servers name
 */
record RemoteGateway(
        String name,
        GatewayUrls urls,
        HeaderFactory headers,
        Timeouts timeouts,
        int maxEventBytes,
        int maxResponseBytes,
        Clock clock) {

    /** Creates the failure of an answer with an error status. */
    LlmException error(HttpReply reply, ClientHeaders headers, String model) {
        LlmException failure = ErrorReader.read(
                reply.status(),
                headers.secrets().redacted(reply.body()),
                RetryAfter.of(reply.headers(), clock.instant()).orElse(null));
        if (failure.requestId().isEmpty()) {
            failure = failure.toBuilder()
                    .requestId(reply.header(GatewayHeaders.REQUEST_ID))
                    .build();
        }
        return headers.described(failure, name, model);
    }

    /** Creates the failure of a success with an unexpected media type. */
    LlmException unexpected(HttpReply reply, ClientHeaders headers, String expected) {
        String type = reply.mediaType().isEmpty() ? "something" : reply.mediaType();
        LlmException failure = new LlmException(
                Kind.PROTOCOL,
                "'" + name + "' answered with " + type + " instead of " + expected
                        + "; check that base_url is the address of a gateway.");
        return headers.quoting(failure, reply.body(), 0, reply.body().length);
    }

    /** Reads a success that has a body. */
    <T> T read(HttpReply reply, ClientHeaders headers, Function<byte[], T> reader) {
        if (reply.body().length == 0) {
            throw empty(name, reply);
        }
        try {
            return reader.apply(reply.body());
        } catch (LlmException e) {
            throw headers.quoting(e, reply.body(), 0, reply.body().length);
        }
    }

    /** Creates the failure of a success without a body. With a status other than 200, the server never meant to answer. */
    static LlmException empty(String name, HttpReply head) {
        return new LlmException(
                head.status() == 200 ? Kind.INCOMPLETE_STREAM : Kind.PROTOCOL,
                "'" + name + "' answered " + head.status() + " with an empty body instead of an answer.");
    }
}
