package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The locations where AWS's conventions keep credentials, in the order of the lookup. The first location with
 * credentials is used. If a location has invalid credentials, the lookup fails.
 */
record AwsCredentialsChain(List<CredentialsLocation> locations) {

    /**
     * The default chain: environment, system properties, profile, web identity, container, EC2 instance, and last the
     * AWS SDK's own chain, if the application has the SDK. Credentials are cached until shortly before they expire.
     *
     * @param profile the configured profile, or empty. With a profile, the chain skips environment and system
     *     properties, because the setting is more specific
     * @param region the region of STS
     */
    static AwsCredentialsSource defaultChain(AwsEnvironment environment, String profile, String region) {
        return defaultChain(environment, profile, region, AwsSdkBridge.ofThisApplication());
    }

    static AwsCredentialsSource defaultChain(
            AwsEnvironment environment, String profile, String region, AwsSdkBridge sdk) {
        Sts sts = Sts.of(environment, region);
        List<CredentialsLocation> locations = new ArrayList<>();
        if (profile.isBlank()) {
            locations.add(NamedCredentials.inEnvironment(environment));
            locations.add(NamedCredentials.inSystemProperties(environment));
        }
        locations.add(
                new ProfileCredentials(environment, profile, sts, sdk, new CredentialProcess(Duration.ofMinutes(1))));
        locations.add(
                () -> WebIdentityCredentials.inEnvironment(environment, sts).lookUp());
        locations.add(new ContainerCredentials(environment));
        locations.add(new InstanceCredentials(environment));
        locations.add(() -> sdk.defaultChain(AwsProfiles.nameOf(environment, profile)));
        return new CachedCredentials(new AwsCredentialsChain(List.copyOf(locations))::lookUp, environment.clock());
    }

    /** The credentials of the first location that has some. */
    CredentialsLookup lookUp() {
        List<String> reasons = new ArrayList<>();
        for (CredentialsLocation location : locations) {
            CredentialsLookup found = location.lookUp();
            if (found.credentials() != null) {
                return found;
            }
            if (!found.missing().isEmpty()) {
                reasons.add(found.missing());
            }
        }
        // AUTHENTICATION and not CONFIGURATION: the settings may be right and the environment may lack the permissions.
        throw new LlmException(
                Kind.AUTHENTICATION,
                "No AWS credentials were found (" + String.join("; ", reasons)
                        + "); set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a Bedrock API key in"
                        + " AWS_BEARER_TOKEN_BEDROCK, or set the provider's credentials.");
    }
}
