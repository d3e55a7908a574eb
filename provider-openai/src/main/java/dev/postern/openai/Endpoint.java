package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.openai.ServerProfile.KeyHeader;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a server's paths are, from the base URL that a person typed: with or without {@code /v1}, with or without a
 * slash at the end, or copied whole from an example.
 */
final class Endpoint {
    private static final String CHAT = "/chat/completions";
    /** {@code /v1}, {@code /openai/v1}, {@code /v1beta/openai}, {@code /api/v3}: the version is said. */
    private static final Pattern VERSIONED = Pattern.compile(".*/v\\d+[a-z0-9]*(/.*)?");

    private final String origin;
    private final String path;
    private final String query;
    private final boolean azureDeployments;

    private Endpoint(String origin, String path, String query, boolean azureDeployments) {
        this.origin = origin;
        this.path = path;
        this.query = query;
        this.azureDeployments = azureDeployments;
    }

    /**
     * An endpoint.
     *
     * @param apiPath what stands between the base URL and {@code /chat/completions}; null to find out
     * @param apiVersion Azure's {@code api-version}, or empty
     */
    static Endpoint of(String baseUrl, @Nullable String apiPath, String apiVersion, ServerProfile profile) {
        URI base = parse(baseUrl);
        String path = trimmed(base.getRawPath() == null ? "" : base.getRawPath());
        String query = base.getRawQuery() == null ? "" : base.getRawQuery();
        if (!apiVersion.isEmpty()) {
            query = join(query, "api-version=" + encode(apiVersion));
        }
        boolean azure = profile.keyHeader() == KeyHeader.API_KEY;
        boolean versioned = VERSIONED.matcher(path).matches();
        boolean deployments = false;
        if (apiPath != null) {
            path = path + trimmed(apiPath.isEmpty() || apiPath.startsWith("/") ? apiPath : "/" + apiPath);
        } else if (azure && !versioned && !path.contains("/deployments/")) {
            path = path.endsWith("/openai") ? path : path + "/openai";
            deployments = !apiVersion.isEmpty(); // the style before August 2025; without a version the one since
            path = deployments ? path : path + "/v1";
        } else if (!versioned && !path.contains("/deployments/")) {
            path = path + "/v1";
        }
        return new Endpoint(base.getScheme() + "://" + base.getRawAuthority(), path, query, deployments);
    }

    /** Where to ask for completions. */
    URI chat(String model, Map<String, String> moreQuery) {
        if (azureDeployments && model.isEmpty()) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "Azure's deployment URLs need the deployment's name as model; set default_model.");
        }
        return uri((azureDeployments ? "/deployments/" + encode(model) : "") + CHAT, moreQuery);
    }

    /** Where to ask for the list of models. */
    URI models() {
        return uri("/models", Map.of());
    }

    /** The address without its query: what a correction is remembered for, and what errors show. */
    String shown() {
        return origin.replaceFirst("//[^/@]*@", "//") + path;
    }

    private URI uri(String operation, Map<String, String> moreQuery) {
        String all = query;
        for (Map.Entry<String, String> parameter : moreQuery.entrySet()) {
            all = join(all, encode(parameter.getKey()) + "=" + encode(parameter.getValue()));
        }
        return URI.create(origin + path + operation + (all.isEmpty() ? "" : "?" + all));
    }

    private static URI parse(String baseUrl) {
        String text = baseUrl.trim();
        try {
            URI base = new URI(text);
            boolean http = "http".equalsIgnoreCase(base.getScheme()) || "https".equalsIgnoreCase(base.getScheme());
            if (http && base.getHost() != null) {
                return base;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        String shown = text.replaceFirst("//[^/@]*@", "//").replaceFirst("\\?.*", "");
        throw new LlmException(
                LlmException.Kind.CONFIGURATION,
                "base_url: '" + shown + "' is no address like http://localhost:11434 or https://api.openai.com/v1.");
    }

    private static String trimmed(String path) {
        String trimmed = path.replaceFirst("/+$", "");
        return trimmed.endsWith(CHAT) ? trimmed.substring(0, trimmed.length() - CHAT.length()) : trimmed;
    }

    private static String join(String query, String parameter) {
        return query.isEmpty() ? parameter : query + "&" + parameter;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
