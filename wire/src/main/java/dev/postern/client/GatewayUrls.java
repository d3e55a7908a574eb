package dev.postern.client;

import dev.postern.LlmException;
import dev.postern.http.HttpCall;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The URLs of a gateway's paths, from the base URL that a user set. A path of the base URL is kept as a prefix. */
final class GatewayUrls {
    private static final String API = "/api/v1/llm";

    private final String base;
    private final String query;

    private GatewayUrls(String base, String query) {
        this.base = base;
        this.query = query;
    }

    static GatewayUrls of(String baseUrl) {
        String text = baseUrl.trim();
        try {
            URI base = new URI(text);
            boolean http = "http".equalsIgnoreCase(base.getScheme()) || "https".equalsIgnoreCase(base.getScheme());
            if (http && base.getHost() != null) {
                String path = (base.getRawPath() == null ? "" : base.getRawPath())
                        .replaceFirst("/+$", "")
                        .replaceFirst(API + "(/completions(/stream)?|/models)?$", "");
                String query = base.getRawQuery() == null ? "" : base.getRawQuery();
                return new GatewayUrls(base.getScheme() + "://" + base.getRawAuthority() + path, query);
            }
        } catch (URISyntaxException e) {
            // reported below
        }
        throw new LlmException(
                LlmException.Kind.CONFIGURATION,
                text.isEmpty()
                        ? "base_url: must be set to the gateway's address, such as http://localhost:8000."
                        : "base_url: '" + HttpCall.masked(text)
                                + "' is not an address such as http://localhost:8000 or https://host/gateway.");
    }

    /** Scheme, host and port, without user info. */
    String origin() {
        return HttpCall.origin(URI.create(base));
    }

    URI completions(Map<String, String> moreQuery) {
        return uri(API + "/completions", moreQuery);
    }

    URI stream(Map<String, String> moreQuery) {
        return uri(API + "/completions/stream", moreQuery);
    }

    URI models() {
        return uri(API + "/models", Map.of());
    }

    URI ready() {
        return uri("/readyz", Map.of());
    }

    URI alive() {
        return uri("/healthz", Map.of());
    }

    /** The address for errors and logs, without user and password. */
    String shown() {
        return HttpCall.shown(URI.create(base));
    }

    private URI uri(String path, Map<String, String> moreQuery) {
        StringBuilder all = new StringBuilder(query);
        moreQuery.forEach((name, value) -> all.append(all.length() == 0 ? "" : "&")
                .append(encode(name))
                .append('=')
                .append(encode(value)));
        return URI.create(base + path + (all.length() == 0 ? "" : "?" + all));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
