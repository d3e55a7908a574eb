package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;

/**
 * Credentials for a token of another identity provider, such as the token that Kubernetes gives to a pod. The file is
 * read each time, because the token is renewed.
 *
 * @param tokenFile the file with the token; empty for none
 * @param role the ARN of the role
 * @param sessionName the session name in AWS's logs; empty for a generated one
 */
record WebIdentityCredentials(AwsEnvironment environment, Sts sts, String tokenFile, String role, String sessionName)
        implements CredentialsLocation {

    static WebIdentityCredentials inEnvironment(AwsEnvironment environment, Sts sts) {
        return new WebIdentityCredentials(
                environment,
                sts,
                environment.variable("AWS_WEB_IDENTITY_TOKEN_FILE"),
                environment.variable("AWS_ROLE_ARN"),
                environment.variable("AWS_ROLE_SESSION_NAME"));
    }

    @Override
    public CredentialsLookup lookUp() {
        if (tokenFile.isEmpty()) {
            return CredentialsLookup.none("AWS_WEB_IDENTITY_TOKEN_FILE is not set");
        }
        if (role.isEmpty()) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    "AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not; set both or neither.");
        }
        String token = AwsEnvironment.read(environment.path(tokenFile), "The web identity token file")
                .trim();
        if (token.isEmpty()) {
            throw new LlmException(Kind.CONFIGURATION, "The web identity token file " + tokenFile + " is empty.");
        }
        String session =
                sessionName.isEmpty() ? "postern-" + environment.clock().millis() : sessionName;
        return CredentialsLookup.issued(sts.assumeRoleWithWebIdentity(role, session, token));
    }
}
