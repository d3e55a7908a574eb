package dev.postern.bedrock;

import java.time.Instant;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;

/** The only class that uses types of the AWS SDK. {@link AwsSdkBridge} uses it only if the application has the SDK. */
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
            var credentials = provider.resolveCredentials();
            return new AwsCredentials(
                    credentials.accessKeyId(),
                    credentials.secretAccessKey(),
                    credentials instanceof AwsSessionCredentials session ? session.sessionToken() : "",
                    credentials.expirationTime().orElse(Instant.MAX));
        };
    }
}
