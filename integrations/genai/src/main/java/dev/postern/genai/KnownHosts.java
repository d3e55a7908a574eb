package dev.postern.genai;

import java.util.Locale;

/** The hosts that belong to one provider for certain. */
final class KnownHosts {
    private KnownHosts() {}

    static String name(String backend, String address) {
        String known = byHost(ServerAddress.of(address).host().toLowerCase(Locale.ROOT));
        if (!known.isEmpty()) {
            return known;
        }
        return backend.equals("bedrock") ? "aws.bedrock" : backend;
    }

    private static String byHost(String host) {
        return switch (host) {
            case "api.openai.com" -> "openai";
            case "api.anthropic.com" -> "anthropic";
            case "generativelanguage.googleapis.com" -> "gcp.gemini";
            case "api.mistral.ai" -> "mistral_ai";
            case "api.groq.com" -> "groq";
            case "api.deepseek.com" -> "deepseek";
            case "api.cohere.com", "api.cohere.ai" -> "cohere";
            case "api.perplexity.ai" -> "perplexity";
            case "api.x.ai" -> "x_ai";
            case "api.moonshot.ai", "api.moonshot.cn", "api.kimi.com" -> "moonshot_ai";
            default -> bySuffix(host);
        };
    }

    private static String bySuffix(String host) {
        if (host.endsWith(".api.openai.com")) {
            return "openai";
        }
        if (host.endsWith(".openai.azure.com")) {
            return "azure.ai.openai";
        }
        if (host.endsWith("aiplatform.googleapis.com")) {
            return "gcp.vertex_ai";
        }
        if (host.endsWith(".ml.cloud.ibm.com")) {
            return "ibm.watsonx.ai";
        }
        boolean aws = host.endsWith(".amazonaws.com") || host.endsWith(".amazonaws.com.cn");
        return aws && host.startsWith("bedrock-runtime") ? "aws.bedrock" : "";
    }
}
