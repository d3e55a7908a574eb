package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.net.URI;

/** The address of an AWS service, from the environment or from the region. */
final class AwsEndpoint {
    private AwsEndpoint() {}

    /**
     * The address of a service, without a slash at its end.
     *
     * @param service the first part of the host's name
     * @param variable the environment variable with the address of this service; {@code AWS_ENDPOINT_URL} is for all
     *     services
     */
    static URI of(AwsEnvironment environment, String service, String variable, String region) {
        for (String name : new String[] {variable, "AWS_ENDPOINT_URL"}) {
            if (isSet(environment, name)) {
                return parse(name, environment.variable(name));
            }
        }
        return AwsPartition.of(region)
                .endpoint(
                        service,
                        region,
                        environment.isTrue("AWS_USE_FIPS_ENDPOINT"),
                        environment.isTrue("AWS_USE_DUALSTACK_ENDPOINT"));
    }

    /** Whether this environment variable sets an address. */
    static boolean isSet(AwsEnvironment environment, String variable) {
        return !environment.variable(variable).isEmpty() && !environment.isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    }

    /** Parses a configured address. Slashes at its end are removed. */
    static URI parse(String name, String text) {
        try {
            URI uri = URI.create(text.trim().replaceFirst("/+$", ""));
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            boolean bare = uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
            if (http && bare && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Reported below without this exception, whose message has the value and perhaps a password.
        }
        throw new LlmException(
                Kind.CONFIGURATION,
                name
                        + ": is not an address such as https://bedrock-runtime.us-east-1.amazonaws.com; it must begin"
                        + " with http:// or https:// and must not have a user or a query.");
    }
}
