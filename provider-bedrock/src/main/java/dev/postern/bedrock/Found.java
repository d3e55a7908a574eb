package dev.postern.bedrock;

import org.jspecify.annotations.Nullable;

/**
 * What a place held.
 *
 * @param credentials the credentials; null if there are none
 * @param cheap whether they cost nothing to look up again, and so may change at any time
 * @param lack without credentials, what is missing, as a clause: {@code AWS_ACCESS_KEY_ID is not set}
 */
record Found(@Nullable AwsCredentials credentials, boolean cheap, String lack) {

    /** Written down somewhere near. */
    static Found written(AwsCredentials credentials) {
        return new Found(credentials, true, "");
    }

    /** Handed out by a service or a program. */
    static Found issued(AwsCredentials credentials) {
        return new Found(credentials, false, "");
    }

    /** None. */
    static Found nothing(String lack) {
        return new Found(null, false, lack);
    }
}
