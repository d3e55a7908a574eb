package dev.postern.bedrock;

import java.net.URI;

/**
 * Where Bedrock is: two addresses without a slash at their end.
 *
 * @param runtime answers
 * @param control lists models
 */
record BedrockHosts(URI runtime, URI control) {
    private static final String RUNTIME = "AWS_ENDPOINT_URL_BEDROCK_RUNTIME";
    private static final String CONTROL = "AWS_ENDPOINT_URL_BEDROCK";

    /**
     * The hosts of a region, or those that were named. The configured endpoint wins over the environment. It stands for
     * the control plane, too, unless it is one of AWS's own hosts, where that is another: so nothing is asked of AWS in
     * place of a test server or a gateway.
     *
     * @param configured an address, or empty
     */
    static BedrockHosts of(Surroundings here, String region, String configured) {
        URI control = AwsEndpoint.of(here, "bedrock", CONTROL, region);
        if (configured.isBlank()) {
            return new BedrockHosts(AwsEndpoint.of(here, "bedrock-runtime", RUNTIME, region), control);
        }
        URI runtime = AwsEndpoint.parse("endpoint", configured);
        boolean both = !AwsPartition.owns(runtime.getHost()) && !AwsEndpoint.isNamed(here, CONTROL);
        return new BedrockHosts(runtime, both ? runtime : control);
    }
}
