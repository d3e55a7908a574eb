package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.function.UnaryOperator;

/**
 * Credentials in three environment variables, system properties, or fields of a profile.
 *
 * @param where what contains the names, for messages
 * @param lookup returns the value of a name; empty for none
 */
record NamedCredentials(String where, UnaryOperator<String> lookup, String idName, String secretName, String tokenName)
        implements CredentialsLocation {

    static NamedCredentials inEnvironment(AwsEnvironment environment) {
        return new NamedCredentials(
                "the environment",
                environment::variable,
                "AWS_ACCESS_KEY_ID",
                "AWS_SECRET_ACCESS_KEY",
                "AWS_SESSION_TOKEN");
    }

    static NamedCredentials inSystemProperties(AwsEnvironment environment) {
        return new NamedCredentials(
                "the system properties",
                environment::property,
                "aws.accessKeyId",
                "aws.secretAccessKey",
                "aws.sessionToken");
    }

    static NamedCredentials inProfile(String name, UnaryOperator<String> field) {
        return new NamedCredentials(
                "the profile '" + name + "'", field, "aws_access_key_id", "aws_secret_access_key", "aws_session_token");
    }

    @Override
    public CredentialsLookup lookUp() {
        String id = lookup.apply(idName);
        String secret = lookup.apply(secretName);
        if (id.isEmpty() && secret.isEmpty()) {
            return CredentialsLookup.none(idName + " is not in " + where);
        }
        if (id.isEmpty() || secret.isEmpty()) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    (id.isEmpty() ? secretName : idName) + " is in " + where + " but "
                            + (id.isEmpty() ? idName : secretName) + " is not; set both or neither.");
        }
        return CredentialsLookup.stored(new AwsCredentials(id, secret, lookup.apply(tokenName)));
    }
}
