package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The region, and who chose it.
 *
 * @param name such as {@code eu-central-1}
 * @param from for errors and logs, such as {@code AWS_REGION}
 */
record AwsRegion(String name, String from) {
    private static final String DEFAULT = "us-east-1";
    /** It becomes a part of a host's name. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private static final Pattern HOST = Pattern.compile(".*\\bbedrock(?:-runtime)?(?:-fips)?\\.([a-z0-9-]+)\\..+");

    /**
     * The configured region; else that of the configured endpoint if it is one of AWS's own hosts; else {@code
     * AWS_REGION}, {@code AWS_DEFAULT_REGION}, the system property {@code aws.region}, the profile; else {@code
     * us-east-1}, which is what the configurations of the Python gateway mean when they name none.
     *
     * @param configured the region, or empty
     * @param endpoint the configured endpoint, or empty
     * @param profile the configured profile, or empty
     */
    static AwsRegion resolve(Surroundings here, String configured, String endpoint, String profile) {
        if (!configured.isBlank()) {
            return new AwsRegion(checked("region", configured.trim()), "region");
        }
        String ofHost = endpoint.isBlank() ? "" : ofHost(AwsEndpoint.parse("endpoint", endpoint));
        if (!ofHost.isEmpty()) {
            return new AwsRegion(ofHost, "endpoint");
        }
        for (String variable : new String[] {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
            if (!here.variable(variable).isEmpty()) {
                return new AwsRegion(checked(variable, here.variable(variable)), variable);
            }
        }
        if (!here.property("aws.region").isEmpty()) {
            return new AwsRegion(checked("aws.region", here.property("aws.region")), "aws.region");
        }
        String name = AwsProfiles.nameOf(here, profile);
        String ofProfile = AwsProfiles.read(here).field(name, "region");
        return ofProfile.isEmpty()
                ? new AwsRegion(DEFAULT, "default")
                : new AwsRegion(checked("the region of profile '" + name + "'", ofProfile), "profile '" + name + "'");
    }

    /** Whether a text can be a region, and so be put into a host's name. */
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
                Kind.CONFIGURATION, where + ": '" + name + "' is no name of an AWS region like us-east-1.");
    }
}
