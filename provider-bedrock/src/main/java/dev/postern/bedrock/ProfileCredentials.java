package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;

/**
 * The credentials of a profile: keys that stand in it, those of a program that it names, those for a token, or whatever
 * else it asks for, which is the AWS SDK's to do.
 *
 * @param configured the profile that was asked for; empty if the environment decides
 */
record ProfileCredentials(Surroundings here, String configured, Sts sts, AwsSdkBridge sdk, CredentialProcess process)
        implements CredentialsPlace {

    @Override
    public Found look() {
        AwsProfiles profiles = AwsProfiles.read(here);
        String name = AwsProfiles.nameOf(here, configured);
        if (profiles.has(name)) {
            return look(profiles, name);
        }
        if (name.equals("default")) {
            return Found.nothing("there is no profile in " + profiles.where());
        }
        throw new LlmException(
                Kind.CONFIGURATION,
                "There is no AWS profile '" + name + "' in " + profiles.where()
                        + (profiles.names().isEmpty() ? "" : ", only " + String.join(", ", profiles.names()))
                        + "; correct the name or AWS_PROFILE.");
    }

    /** In the order of the AWS SDK: what hands out temporary keys comes before keys that lie about. */
    private Found look(AwsProfiles profiles, String name) {
        String role = profiles.field(name, "role_arn");
        String tokenFile = profiles.field(name, "web_identity_token_file");
        if (!role.isEmpty() && !tokenFile.isEmpty()) {
            return new WebIdentityCredentials(here, sts, tokenFile, role, profiles.field(name, "role_session_name"))
                    .look();
        }
        for (AwsSdkBridge.Feature feature : AwsSdkBridge.Feature.values()) {
            if (!profiles.field(name, feature.field()).isEmpty()) {
                return sdk.profile(name, feature);
            }
        }
        String command = profiles.field(name, "credential_process");
        if (!command.isEmpty()) {
            return Found.issued(process.run(name, command));
        }
        return NamedCredentials.inProfile(name, field -> profiles.field(name, field))
                .look();
    }
}
