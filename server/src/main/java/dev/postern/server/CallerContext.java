package dev.postern.server;

import dev.postern.CallContext;
import dev.postern.server.access.Caller;
import dev.postern.server.http.ServerExchange;
import dev.postern.server.observe.ObservedRequest;
import dev.postern.wire.GatewayHeaders;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Reads from the headers of a request who asks, and until when. A value that is not valid is ignored. The tenant is that of the
 * key, unless the key is trusted.
 */
final class CallerContext {
    /** At most 128 characters, without spaces at the ends and without control characters. */
    private static final Pattern GOOD = Pattern.compile("[!-~]([ -~]{0,126}[!-~])?");
    /** At most about 11 days. */
    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,9}");
    /** See W3C Trace Context, section 3.2. */
    private static final Pattern TRACE_PARENT =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}.{0,64}");

    private CallerContext() {}

    static CallContext of(ServerExchange exchange) {
        CallContext.Builder context = CallContext.builder()
                .id(exchange.ids().correlation())
                .user(good(exchange.header(GatewayHeaders.USER)))
                .session(good(exchange.header(GatewayHeaders.SESSION)))
                .tenant(exchange.caller().tenantOf(good(exchange.header(GatewayHeaders.TENANT))))
                .with(Caller.CONTEXT, exchange.caller());
        String left = exchange.header(GatewayHeaders.TIME_LEFT);
        if (MILLIS.matcher(left).matches()) {
            context.within(Duration.ofMillis(Long.parseLong(left)));
        }
        String parent = exchange.header(GatewayHeaders.TRACE_PARENT);
        if (TRACE_PARENT.matcher(parent).matches()) {
            context.with(CallContext.TRACE_PARENT, parent);
            String state = exchange.header(GatewayHeaders.TRACE_STATE);
            if (!state.isEmpty() && state.length() <= 512) {
                context.with(CallContext.TRACE_STATE, state);
            }
        }
        exchange.observed().ifPresent(request -> {
            request.caller(
                    exchange.caller().name(), exchange.caller().tenantOf(good(exchange.header(GatewayHeaders.TENANT))));
            context.with(ObservedRequest.KEY, request);
        });
        return context.build();
    }

    private static String good(String value) {
        return GOOD.matcher(value).matches() ? value : "";
    }
}
