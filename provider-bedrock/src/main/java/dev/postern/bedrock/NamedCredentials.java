package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.function.UnaryOperator;

/**
 * Credentials under three names: variables of the environment, system properties, or fields of a profile.
 *
 * @param where what has the names, for people
 * @param lookup the value of a name; empty for none
 */
record NamedCredentials(String where, UnaryOperator<String> lookup, String idName, String secretName, String tokenName)
        implements CredentialsPlace {

    static NamedCredentials inEnvironment(Surroundings here) {
        return new NamedCredentials(
                "the environment", here::variable, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");
    }

    static NamedCredentials inSystemProperties(Surroundings here) {
        return new NamedCredentials(
                "the system properties", here::property, "aws.accessKeyId", "aws.secretAccessKey", "aws.sessionToken");
    }

    static NamedCredentials inProfile(String name, UnaryOperator<String> field) {
        return new NamedCredentials(
                "the profile '" + name + "'", field, "aws_access_key_id", "aws_secret_access_key", "aws_session_token");
    }

    @Override
    public Found look() {
        String id = lookup.apply(idName);
        String secret = lookup.apply(secretName);
        if (id.isEmpty() && secret.isEmpty()) {
            return Found.nothing(idName + " is not in " + where);
        }
        if (id.isEmpty() || secret.isEmpty()) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    (id.isEmpty() ? secretName : idName) + " is in " + where + " but "
                            + (id.isEmpty() ? idName : secretName) + " is not; set both or neither.");
        }
        return Found.written(new AwsCredentials(id, secret, lookup.apply(tokenName)));
    }
}
