package dev.postern.client;

import dev.postern.LlmException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Where a gateway's paths are, from the base URL that a person typed; a path in front of them is kept. */
final class Place {
    private static final String API = "/api/v1/llm";

    private final String base;
    private final String query;

    private Place(String base, String query) {
        this.base = base;
        this.query = query;
    }

    static Place of(String baseUrl) {
        String text = baseUrl.trim();
        try {
            URI base = new URI(text);
            boolean http = "http".equalsIgnoreCase(base.getScheme()) || "https".equalsIgnoreCase(base.getScheme());
            if (http && base.getHost() != null) {
                String path = (base.getRawPath() == null ? "" : base.getRawPath())
                        .replaceFirst("/+$", "")
                        .replaceFirst(API + "(/completions(/stream)?|/models)?$", "");
                String query = base.getRawQuery() == null ? "" : base.getRawQuery();
                return new Place(base.getScheme() + "://" + base.getRawAuthority() + path, query);
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new LlmException(
                LlmException.Kind.CONFIGURATION,
                text.isEmpty()
                        ? "base_url: must be set to the gateway's address, like http://localhost:8000."
                        : "base_url: '" + withoutUser(text.replaceFirst("\\?.*", ""))
                                + "' is not an address such as http://localhost:8000 or https://host/gateway.");
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

    /** The address as errors and logs may show it. */
    String shown() {
        return withoutUser(base);
    }

    private URI uri(String path, Map<String, String> moreQuery) {
        StringBuilder all = new StringBuilder(query);
        moreQuery.forEach((name, value) -> all.append(all.length() == 0 ? "" : "&")
                .append(encode(name))
                .append('=')
                .append(encode(value)));
        return URI.create(base + path + (all.length() == 0 ? "" : "?" + all));
    }

    /** A password may hold what an address may not, so up to the last sign all is taken for one. */
    private static String withoutUser(String address) {
        return address.replaceFirst("//.*@", "//");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
