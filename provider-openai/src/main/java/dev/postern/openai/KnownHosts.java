package dev.postern.openai;

import java.net.URI;
import java.util.Locale;

/** Which profile a host has, where the host leaves no doubt. */
final class KnownHosts {
    private KnownHosts() {}

    static ServerProfile profileOf(URI baseUrl) {
        String host = baseUrl.getHost() == null ? "" : baseUrl.getHost().toLowerCase(Locale.ROOT);
        return switch (host) {
            case "api.openai.com" -> ServerProfile.OPENAI;
            case "openrouter.ai" -> ServerProfile.OPENROUTER;
            case "api.groq.com" -> ServerProfile.GROQ;
            case "api.deepseek.com" -> ServerProfile.DEEPSEEK;
            case "api.mistral.ai" -> ServerProfile.MISTRAL;
            case "generativelanguage.googleapis.com" -> ServerProfile.GEMINI;
            default -> isAzure(host) ? ServerProfile.AZURE : ServerProfile.GENERIC;
        };
    }

    private static boolean isAzure(String host) {
        return host.endsWith(".openai.azure.com")
                || host.endsWith(".cognitiveservices.azure.com")
                || host.endsWith(".services.ai.azure.com");
    }
}
