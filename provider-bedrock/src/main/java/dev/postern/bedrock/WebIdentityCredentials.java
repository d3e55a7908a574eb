package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;

/**
 * A token that somebody else vouches for, such as the one that Kubernetes gives to a pod, exchanged for credentials of
 * AWS's. The file is read anew each time, because the token is renewed.
 *
 * @param tokenFile where the token is; empty for nowhere
 * @param role the ARN of the role that it stands for
 * @param sessionName a name for AWS's logs; empty for one of ours
 */
record WebIdentityCredentials(Surroundings here, Sts sts, String tokenFile, String role, String sessionName)
        implements CredentialsPlace {

    static WebIdentityCredentials inEnvironment(Surroundings here, Sts sts) {
        return new WebIdentityCredentials(
                here,
                sts,
                here.variable("AWS_WEB_IDENTITY_TOKEN_FILE"),
                here.variable("AWS_ROLE_ARN"),
                here.variable("AWS_ROLE_SESSION_NAME"));
    }

    @Override
    public Found look() {
        if (tokenFile.isEmpty()) {
            return Found.nothing("AWS_WEB_IDENTITY_TOKEN_FILE is not set");
        }
        if (role.isEmpty()) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    "AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not; set both or neither.");
        }
        String token = Surroundings.read(here.path(tokenFile), "The web identity token file")
                .trim();
        if (token.isEmpty()) {
            throw new LlmException(Kind.CONFIGURATION, "The web identity token file " + tokenFile + " is empty.");
        }
        String session = sessionName.isEmpty() ? "postern-" + here.clock().millis() : sessionName;
        return Found.issued(sts.assumeRoleWithWebIdentity(role, session, token));
    }
}
