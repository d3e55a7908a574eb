package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.net.URI;

/** Where a service of AWS's is: where the environment says, or where its region has it. */
final class AwsEndpoint {
    private AwsEndpoint() {}

    /**
     * The address of a service, without a slash at its end.
     *
     * @param service the first part of the host's name
     * @param variable the environment variable that names this service; {@code AWS_ENDPOINT_URL} names them all
     */
    static URI of(Surroundings here, String service, String variable, String region) {
        for (String name : new String[] {variable, "AWS_ENDPOINT_URL"}) {
            if (isNamed(here, name)) {
                return parse(name, here.variable(name));
            }
        }
        return AwsPartition.of(region)
                .endpoint(
                        service,
                        region,
                        here.isTrue("AWS_USE_FIPS_ENDPOINT"),
                        here.isTrue("AWS_USE_DUALSTACK_ENDPOINT"));
    }

    /** Whether the environment names an address under this name. */
    static boolean isNamed(Surroundings here, String variable) {
        return !here.variable(variable).isEmpty() && !here.isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    }

    /** An address that somebody typed, without slashes at its end. */
    static URI parse(String name, String text) {
        try {
            URI uri = URI.create(text.trim().replaceFirst("/+$", ""));
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            boolean bare = uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
            if (http && bare && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below; the exception would show the value, which may hold a password
        }
        throw new LlmException(
                Kind.CONFIGURATION,
                name
                        + ": is no address like https://bedrock-runtime.us-east-1.amazonaws.com; it must begin with http://"
                        + " or https:// and have neither user nor query.");
    }
}
