package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.http.HttpCall;
import dev.postern.openai.ServerProfile.KeyHeader;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The URLs of a server, derived from its base URL. The base URL may have {@code /v1} or not, a slash at the end or not,
 * and may be the whole URL of an operation, copied from an example.
 */
final class Endpoint {
    private static final String CHAT = "/chat/completions";
    /** A path that contains a version: {@code /v1}, {@code /openai/v1}, {@code /v1beta/openai}, {@code /api/v3}. */
    private static final Pattern VERSIONED = Pattern.compile(".*/v\\d+[a-z0-9]*(/.*)?");

    private static final String DEPLOYMENTS = "/deployments/";
    private static final String VERSION = "api-version=";
    private static final Pattern DATED = Pattern.compile("(^|&)" + VERSION + "\\d{4}-");

    private final String origin;
    private final String path;
    private final String query;
    private final boolean azureDeployments;
    // Computed once, because nearly all calls use them.
    private final String shown;
    private final String address;
    private final URI chat;

    private Endpoint(String origin, String path, String query, boolean azureDeployments) {
        this.origin = origin;
        this.path = path;
        this.query = query;
        this.azureDeployments = azureDeployments;
        this.shown = HttpCall.shown(URI.create(origin + path));
        this.address = HttpCall.origin(URI.create(origin + path));
        this.chat = uri(path + CHAT, Map.of());
    }

    /** Scheme, host and port, without user info. */
    String origin() {
        return address;
    }

    /**
     * Creates an endpoint.
     *
     * @param apiPath the path between the base URL and {@code /chat/completions}; null to derive it from the base URL
     * @param apiVersion Azure's {@code api-version}, or empty
     */
    static Endpoint of(String baseUrl, @Nullable String apiPath, String apiVersion, ServerProfile profile) {
        URI base = parse(baseUrl);
        String typed = base.getRawPath() == null ? "" : base.getRawPath();
        String path = trimmed(typed);
        String query = base.getRawQuery() == null ? "" : base.getRawQuery();
        if (!apiVersion.isEmpty()) {
            query = join(withoutVersion(query), VERSION + encode(apiVersion));
        }
        boolean azure = profile.keyHeader() == KeyHeader.API_KEY;
        boolean complete = VERSIONED.matcher(path).matches()
                || path.contains(DEPLOYMENTS)
                || withoutSlash(typed).endsWith(CHAT);
        boolean deployments = false;
        if (apiPath != null) {
            path = path + trimmed(apiPath.isEmpty() || apiPath.startsWith("/") ? apiPath : "/" + apiPath);
        } else if (azure && !complete) {
            path = path.endsWith("/openai") ? path : path + "/openai";
            deployments = DATED.matcher(query).find(); // a dated version selects the API before August 2025
            path = deployments ? path : path + "/v1";
        } else if (!complete) {
            path = path + "/v1";
        }
        return new Endpoint(base.getScheme() + "://" + base.getRawAuthority(), path, query, deployments);
    }

    /** The URL for completions. */
    URI chat(String model, Map<String, String> moreQuery) {
        if (azureDeployments && model.isEmpty()) {
            throw LlmException.builder(
                            LlmException.Kind.CONFIGURATION,
                            "Azure's deployment URLs contain the deployment, which is the model of the request; set default_model.")
                    .refusedBeforeSending(true)
                    .build();
        }
        if (!azureDeployments && moreQuery.isEmpty()) {
            return chat;
        }
        return uri(path + (azureDeployments ? DEPLOYMENTS + encode(model) : "") + CHAT, moreQuery);
    }

    /** The URL of the list of models. */
    URI models() {
        int deployment = path.indexOf(DEPLOYMENTS); // the list is not below a deployment
        return uri((deployment < 0 ? path : path.substring(0, deployment)) + "/models", Map.of());
    }

    /** The address without query and user. Errors show it, and learned profiles are stored under it. */
    String shown() {
        return shown;
    }

    private URI uri(String pathAndOperation, Map<String, String> moreQuery) {
        String all = query;
        for (Map.Entry<String, String> parameter : moreQuery.entrySet()) {
            all = join(all, encode(parameter.getKey()) + "=" + encode(parameter.getValue()));
        }
        return URI.create(origin + pathAndOperation + (all.isEmpty() ? "" : "?" + all));
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
            // reported below
        }
        String shown = HttpCall.masked(text);
        throw new LlmException(
                LlmException.Kind.CONFIGURATION,
                "base_url: '" + shown
                        + "' is not an address such as http://localhost:11434 or https://api.openai.com/v1.");
    }

    private static String withoutSlash(String path) {
        return path.replaceFirst("/+$", "");
    }

    private static String trimmed(String path) {
        String trimmed = withoutSlash(path);
        return trimmed.endsWith(CHAT) ? trimmed.substring(0, trimmed.length() - CHAT.length()) : trimmed;
    }

    private static String withoutVersion(String query) {
        return Arrays.stream(query.split("&"))
                .filter(parameter -> !parameter.startsWith(VERSION))
                .collect(Collectors.joining("&"));
    }

    private static String join(String query, String parameter) {
        return query.isEmpty() ? parameter : query + "&" + parameter;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
