package dev.postern.genai;

/** Finds the value of {@code gen_ai.provider.name} for a backend. */
@FunctionalInterface
public interface ProviderNames {
    /**
     * The name of the provider. Called on each attempt; must be fast and thread-safe.
     *
     * @param backend the name of the backend; of a call without attempts, that of the provider or gateway
     * @param address scheme, host and port of the server; empty if unknown
     */
    String of(String backend, String address);

    /**
     * The names of the conventions, such as {@code openai} or {@code aws.bedrock}, by the host of the server. For a host that is not
     * known, the name of the backend; for a backend named {@code bedrock} it is {@code aws.bedrock}.
     */
    static ProviderNames wellKnown() {
        return KnownHosts::name;
    }
}
