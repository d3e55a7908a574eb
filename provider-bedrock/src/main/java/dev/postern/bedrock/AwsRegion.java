package dev.postern.bedrock;

import dev.postern.CallOptions;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A region and the setting that it comes from.
 *
 * @param name the name, such as {@code eu-central-1}
 * @param from the setting, for errors and logs, such as {@code AWS_REGION}
 */
record AwsRegion(String name, String from) {
    private static final String DEFAULT = "us-east-1";
    /** A valid label of a host name, because the region becomes part of one. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private static final Pattern HOST = Pattern.compile(".*\\bbedrock(?:-runtime)?(?:-fips)?\\.([a-z0-9-]+)\\..+");

    /**
     * The first of: the configured region; the region in the configured endpoint, if that is a host of AWS; {@code
     * AWS_REGION}; {@code AWS_DEFAULT_REGION}; the system property {@code aws.region}; the region of the profile;
     * {@code us-east-1}, which is the default of the Python gateway.
     *
     * @param configured the region, or empty
     * @param endpoint the configured endpoint, or empty
     * @param profile the configured profile, or empty
     */
    static AwsRegion resolve(AwsEnvironment environment, String configured, String endpoint, String profile) {
        if (!configured.isBlank()) {
            return new AwsRegion(checked("region", configured.trim()), "region");
        }
        String ofHost = endpoint.isBlank() ? "" : ofHost(AwsEndpoint.parse("endpoint", endpoint));
        if (!ofHost.isEmpty()) {
            return new AwsRegion(ofHost, "endpoint");
        }
        for (String variable : new String[] {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
            if (!environment.variable(variable).isEmpty()) {
                return new AwsRegion(checked(variable, environment.variable(variable)), variable);
            }
        }
        if (!environment.property("aws.region").isEmpty()) {
            return new AwsRegion(checked("aws.region", environment.property("aws.region")), "aws.region");
        }
        String name = AwsProfiles.nameOf(environment, profile);
        String ofProfile = AwsProfiles.read(environment).field(name, "region");
        return ofProfile.isEmpty()
                ? new AwsRegion(DEFAULT, "default")
                : new AwsRegion(checked("the region of profile '" + name + "'", ofProfile), "profile '" + name + "'");
    }

    /** Returns the region of a request, or this region if the request has none. */
    String nameFor(CallOptions options) {
        String own = options.credentials().getOrDefault(BedrockProvider.REGION, "");
        if (own.isEmpty()) {
            return name;
        }
        if (!isName(own)) { // it becomes part of the host name
            throw RequestErrors.invalid("The request's AWS region is not a name such as us-east-1.");
        }
        return own;
    }

    /** Whether a text has the form of a region, so that it can be part of a host name. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private static String ofHost(URI endpoint) {
        Matcher host = HOST.matcher(endpoint.getHost());
        return AwsPartition.owns(endpoint.getHost()) && host.matches() ? host.group(1) : "";
    }

    private static String checked(String where, String name) {
        if (isName(name)) {
            return name;
        }
        throw new LlmException(
                Kind.CONFIGURATION, where + ": '" + name + "' is not the name of an AWS region such as us-east-1.");
    }
}
