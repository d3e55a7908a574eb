package dev.postern.openai;

import dev.postern.LlmException;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/** The profiles of the library, found by name or by the host of a known service. */
final class BuiltInProfiles {
    static final List<ServerProfile> ALL = List.of(
            ServerProfile.OPENAI,
            ServerProfile.AZURE,
            ServerProfile.OLLAMA,
            ServerProfile.LMSTUDIO,
            ServerProfile.VLLM,
            ServerProfile.TGI,
            ServerProfile.LLAMACPP,
            ServerProfile.LITELLM,
            ServerProfile.OPENROUTER,
            ServerProfile.GROQ,
            ServerProfile.DEEPSEEK,
            ServerProfile.MOONSHOT,
            ServerProfile.MISTRAL,
            ServerProfile.GEMINI,
            ServerProfile.GENERIC);

    private BuiltInProfiles() {}

    static List<String> names() {
        return ALL.stream().map(ServerProfile::name).toList();
    }

    static ServerProfile byName(String name) {
        for (ServerProfile profile : ALL) {
            if (profile.name().equalsIgnoreCase(name)) {
                return profile;
            }
        }
        throw new LlmException(
                LlmException.Kind.CONFIGURATION,
                "There is no server profile '" + name + "'; the profiles are " + String.join(", ", names()) + ".");
    }

    static ServerProfile forBaseUrl(URI baseUrl) {
        String host = baseUrl.getHost() == null ? "" : baseUrl.getHost().toLowerCase(Locale.ROOT);
        return switch (host) {
            case "api.openai.com" -> ServerProfile.OPENAI;
            case "openrouter.ai" -> ServerProfile.OPENROUTER;
            case "api.groq.com" -> ServerProfile.GROQ;
            case "api.deepseek.com" -> ServerProfile.DEEPSEEK;
            case "api.moonshot.ai", "api.moonshot.cn", "api.kimi.com" -> ServerProfile.MOONSHOT;
            case "api.mistral.ai" -> ServerProfile.MISTRAL;
            case "generativelanguage.googleapis.com" -> ServerProfile.GEMINI;
            default -> isAzure(host) ? ServerProfile.AZURE : ServerProfile.GENERIC;
        };
    }

    /** Returns the profile for an address; the generic one if the address is invalid. {@link Endpoint} reports it. */
    static ServerProfile forAddress(String address) {
        try {
            return forBaseUrl(URI.create(address.trim()));
        } catch (IllegalArgumentException e) {
            return ServerProfile.GENERIC;
        }
    }

    private static boolean isAzure(String host) {
        return host.endsWith(".openai.azure.com")
                || host.endsWith(".cognitiveservices.azure.com")
                || host.endsWith(".services.ai.azure.com");
    }
}
