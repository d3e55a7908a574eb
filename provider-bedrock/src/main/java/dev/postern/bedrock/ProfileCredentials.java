package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;

/**
 * The credentials of a profile: a web identity token, a {@code credential_process} or keys. The AWS SDK does single
 * sign-on and assumed roles.
 *
 * @param configured the configured profile; empty for the one that the environment names
 */
record ProfileCredentials(
        AwsEnvironment environment, String configured, Sts sts, AwsSdkBridge sdk, CredentialProcess process)
        implements CredentialsLocation {

    @Override
    public CredentialsLookup lookUp() {
        AwsProfiles profiles = AwsProfiles.read(environment);
        String name = AwsProfiles.nameOf(environment, configured);
        if (profiles.has(name)) {
            return lookUp(profiles, name);
        }
        if (name.equals("default")) {
            return CredentialsLookup.none("there is no profile in " + profiles.files());
        }
        throw new LlmException(
                Kind.CONFIGURATION,
                "There is no AWS profile '" + name + "' in " + profiles.files()
                        + (profiles.names().isEmpty() ? "" : ", only " + String.join(", ", profiles.names()))
                        + "; correct the name or AWS_PROFILE.");
    }

    /** Looks up the credentials in the order of the AWS SDK: sources of temporary keys come before long-term keys. */
    private CredentialsLookup lookUp(AwsProfiles profiles, String name) {
        String role = profiles.field(name, "role_arn");
        String tokenFile = profiles.field(name, "web_identity_token_file");
        if (!role.isEmpty() && !tokenFile.isEmpty()) {
            return new WebIdentityCredentials(
                            environment, sts, tokenFile, role, profiles.field(name, "role_session_name"))
                    .lookUp();
        }
        for (AwsSdkBridge.Feature feature : AwsSdkBridge.Feature.values()) {
            if (!profiles.field(name, feature.field()).isEmpty()) {
                return sdk.profile(name, feature);
            }
        }
        String command = profiles.field(name, "credential_process");
        if (!command.isEmpty()) {
            return CredentialsLookup.issued(process.run(name, command));
        }
        return NamedCredentials.inProfile(name, field -> profiles.field(name, field))
                .lookUp();
    }
}
