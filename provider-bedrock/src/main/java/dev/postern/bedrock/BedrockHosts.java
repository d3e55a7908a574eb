package dev.postern.bedrock;

import java.net.URI;

/**
 * The two addresses of Bedrock, without a slash at the end.
 *
 * @param runtime the address for completions
 * @param control the address of the control plane, which lists models
 */
record BedrockHosts(URI runtime, URI control) {
    private static final String RUNTIME = "AWS_ENDPOINT_URL_BEDROCK_RUNTIME";
    private static final String CONTROL = "AWS_ENDPOINT_URL_BEDROCK";

    /**
     * The configured endpoint, else the addresses in the environment, else AWS's own for the region. A configured
     * endpoint that is not a host of AWS is also the control plane, so that a provider for a test server or a gateway
     * does not call AWS.
     *
     * @param configured the configured endpoint, or empty
     */
    static BedrockHosts of(AwsEnvironment environment, String region, String configured) {
        URI control = AwsEndpoint.of(environment, "bedrock", CONTROL, region);
        if (configured.isBlank()) {
            return new BedrockHosts(AwsEndpoint.of(environment, "bedrock-runtime", RUNTIME, region), control);
        }
        URI runtime = AwsEndpoint.parse("endpoint", configured);
        boolean both = !AwsPartition.owns(runtime.getHost()) && !AwsEndpoint.isSet(environment, CONTROL);
        return new BedrockHosts(runtime, both ? runtime : control);
    }
}
