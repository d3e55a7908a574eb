package dev.postern.server;

import dev.postern.server.door.anthropic.AnthropicErrors;
import dev.postern.server.door.openai.OpenAiErrors;
import dev.postern.server.http.ErrorFormat;
import dev.postern.server.http.ServerExchange;

/** Tells the APIs of model vendors apart, by the head of a request. */
final class Doors {
    private static final String MESSAGES = "/v1/messages";
    private static final ErrorFormat ANTHROPIC = new AnthropicErrors();
    private static final ErrorFormat OPENAI = new OpenAiErrors();

    private Doors() {}

    /** Whether a request is one of Anthropic's API: by its path, or by its version on a path that several vendors have. */
    static boolean isAnthropic(ServerExchange exchange) {
        String path = exchange.path();
        return path.equals(MESSAGES)
                || path.startsWith(MESSAGES + "/")
                || (path.startsWith("/v1/")
                        && !exchange.header("anthropic-version").isEmpty());
    }

    /** The form of errors for a request. */
    static ErrorFormat errors(ServerExchange exchange) {
        if (isAnthropic(exchange)) {
            return ANTHROPIC;
        }
        return exchange.path().startsWith("/v1/") ? OPENAI : ErrorFormat.GATEWAY;
    }
}
