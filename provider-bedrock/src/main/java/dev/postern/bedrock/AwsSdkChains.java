package dev.postern.bedrock;

import java.time.Instant;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;

/** The only class that names types of the AWS SDK. {@link AwsSdkBridge} touches it once it knows that they are there. */
final class AwsSdkChains {
    private AwsSdkChains() {}

    static AwsCredentialsSource profile(String name) {
        return source(ProfileCredentialsProvider.builder().profileName(name).build());
    }

    static AwsCredentialsSource chain(String profile) {
        return source(DefaultCredentialsProvider.builder().profileName(profile).build());
    }

    private static AwsCredentialsSource source(AwsCredentialsProvider provider) {
        return () -> {
            var theirs = provider.resolveCredentials();
            return new AwsCredentials(
                    theirs.accessKeyId(),
                    theirs.secretAccessKey(),
                    theirs instanceof AwsSessionCredentials session ? session.sessionToken() : "",
                    theirs.expirationTime().orElse(Instant.MAX));
        };
    }
}
