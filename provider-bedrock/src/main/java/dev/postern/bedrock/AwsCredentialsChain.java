package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The places where AWS's conventions keep credentials, in their order. The first that has some wins; the error of one
 * that has wrong ones is everybody's.
 */
record AwsCredentialsChain(List<CredentialsPlace> places) {

    /**
     * The usual places: environment, system properties, profile, web identity, container, EC2 instance, and at last what
     * the AWS SDK finds, if the application has it. What is found is kept until shortly before it expires.
     *
     * @param profile the configured profile, or empty. If there is one, environment and system properties are not asked:
     *     who names a profile wants that one
     * @param region for STS
     */
    static AwsCredentialsSource defaultChain(Surroundings here, String profile, String region) {
        return defaultChain(here, profile, region, AwsSdkBridge.ofThisApplication());
    }

    static AwsCredentialsSource defaultChain(Surroundings here, String profile, String region, AwsSdkBridge sdk) {
        Sts sts = Sts.of(here, region);
        List<CredentialsPlace> places = new ArrayList<>();
        if (profile.isBlank()) {
            places.add(NamedCredentials.inEnvironment(here));
            places.add(NamedCredentials.inSystemProperties(here));
        }
        places.add(new ProfileCredentials(here, profile, sts, sdk, new CredentialProcess(Duration.ofMinutes(1))));
        places.add(() -> WebIdentityCredentials.inEnvironment(here, sts).look());
        places.add(new ContainerCredentials(here));
        places.add(new InstanceCredentials(here));
        places.add(() -> sdk.defaultChain(AwsProfiles.nameOf(here, profile)));
        return new CachedCredentials(new AwsCredentialsChain(List.copyOf(places))::look, here.clock());
    }

    /** What the first place has that has something. */
    Found look() {
        List<String> lacks = new ArrayList<>();
        for (CredentialsPlace place : places) {
            Found found = place.look();
            if (found.credentials() != null) {
                return found;
            }
            if (!found.lack().isEmpty()) {
                lacks.add(found.lack());
            }
        }
        // AUTHENTICATION, as for a missing key elsewhere: the provider may be set up well, and run where nobody let it
        // in
        throw new LlmException(
                Kind.AUTHENTICATION,
                "No AWS credentials were found (" + String.join("; ", lacks)
                        + "); set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a Bedrock API key in"
                        + " AWS_BEARER_TOKEN_BEDROCK, or give the provider credentials.");
    }
}
