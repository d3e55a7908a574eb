package dev.postern.bedrock;

import org.jspecify.annotations.Nullable;

/**
 * The result of a lookup in one location.
 *
 * @param credentials the credentials; null if there are none
 * @param cheap whether a lookup needs no request; such lookups are repeated each minute
 * @param missing the reason if there are no credentials, as a clause such as {@code AWS_ACCESS_KEY_ID is not set}
 */
record CredentialsLookup(@Nullable AwsCredentials credentials, boolean cheap, String missing) {

    /** Credentials from a file, the environment or system properties. */
    static CredentialsLookup stored(AwsCredentials credentials) {
        return new CredentialsLookup(credentials, true, "");
    }

    /** Credentials from a service or a program. */
    static CredentialsLookup issued(AwsCredentials credentials) {
        return new CredentialsLookup(credentials, false, "");
    }

    /** No credentials. */
    static CredentialsLookup none(String missing) {
        return new CredentialsLookup(null, false, missing);
    }
}
