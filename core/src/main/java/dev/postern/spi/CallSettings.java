package dev.postern.spi;

import dev.postern.LlmException;
import dev.postern.Timeouts;
import dev.postern.http.RetryPolicy;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.Optional;

/**
 * The settings that all HTTP providers share:
 *
 * <pre>{@code
 * timeout: 2m                     # the same as timeouts.total
 * timeouts: {connect: 5s, response_start: 10m, idle: 5m, first_token: 10m, between_tokens: 5m, total: 0}
 * retries: 3                      # the number of attempts, or:
 * retries: {max_attempts: 3, base_delay: 500ms, max_delay: 8s, max_retry_after: 60s}
 * headers: {X-Tenant: blue}
 * }</pre>
 */
public final class CallSettings {
    private CallSettings() {}

    /** Reads {@code timeouts} and {@code timeout}. */
    public static Timeouts timeouts(Settings settings, Timeouts absent) {
        Settings own = settings.section("timeouts");
        if (settings.has("timeout") && own.has("total")) {
            throw settings.error("timeout", "is the same as timeouts.total; leave one of them out");
        }
        return new Timeouts(
                own.duration("connect", absent.connect()),
                own.duration("response_start", absent.responseStart()),
                own.duration("idle", absent.idle()),
                own.duration("first_token", absent.firstToken()),
                own.duration("between_tokens", absent.betweenTokens()),
                own.duration("total", settings.duration("timeout", absent.total())));
    }

    /** Reads {@code retries}; empty if there is no such key. */
    public static Optional<RetryPolicy> retries(Settings settings, RetryPolicy absent) {
        if (!settings.has("retries")) {
            return Optional.empty();
        }
        if (!settings.isSection("retries")) {
            return Optional.of(absent.withMaxAttempts(settings.integer("retries", absent.maxAttempts(), 1)));
        }
        Settings own = settings.section("retries");
        return Optional.of(new RetryPolicy(
                own.integer("max_attempts", absent.maxAttempts(), 1),
                own.duration("base_delay", absent.baseDelay()),
                own.duration("max_delay", absent.maxDelay()),
                own.duration("max_retry_after", absent.maxRetryAfter())));
    }

    /**
     * Reads {@code headers}, names and values.
     *
     * @throws LlmException of kind CONFIGURATION if one of them cannot be sent
     */
    public static Map<String, String> headers(Settings settings) {
        Map<String, String> headers = settings.textMap("headers");
        for (Map.Entry<String, String> header : headers.entrySet()) {
            try {
                HttpRequest.newBuilder().setHeader(header.getKey(), header.getValue());
            } catch (IllegalArgumentException e) { // it shows the value
                throw settings.section("headers")
                        .error(
                                header.getKey(),
                                "cannot be sent: the name is reserved, or name or value hold characters that HTTP does"
                                        + " not allow");
            }
        }
        return headers;
    }

    /** The client to use: the shared one, or none if the settings have a connect timeout, which belongs to a client. */
    public static Optional<HttpClient> sharedClient(Settings settings, ProviderContext context) {
        boolean own = settings.section("timeouts").has("connect");
        return own ? Optional.empty() : Optional.of(context.httpClient());
    }
}
