package dev.postern.mcp;

import dev.postern.LlmException.Kind;
import dev.postern.http.HttpReply;

/** What the statuses of HTTP mean for a server of MCP. */
final class HttpStatuses {
    private HttpStatuses() {}

    /** What helps, as the end of a sentence. */
    static String hint(HttpReply reply) {
        if (reply.isRedirect()) {
            return "; redirects are not followed, so use the address to which it leads.";
        }
        return switch (reply.status()) {
            case 401 -> "; set or renew the authorization.";
            case 403 -> "; the authorization lacks a permission.";
            case 404, 405 -> "; is this the address of an MCP server with streamable HTTP?";
            default -> ".";
        };
    }

    static Kind kind(int status) {
        return switch (status) {
            case 401 -> Kind.AUTHENTICATION;
            case 403 -> Kind.PERMISSION;
            case 404, 405, 410 -> Kind.NOT_FOUND;
            case 429 -> Kind.RATE_LIMITED;
            case 503, 529 -> Kind.OVERLOADED;
            default ->
                status >= 500 ? Kind.SERVER : status >= 400 ? Kind.INVALID_REQUEST : Kind.CONFIGURATION; // a redirect
        };
    }
}
