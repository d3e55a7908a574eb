package dev.postern.bedrock;

import java.util.Objects;

/**
 * Supplies AWS credentials. A provider calls it before each attempt of each call, on the thread that makes the attempt,
 * so the credentials may change at any time. A source that needs time to get credentials should cache them.
 * Implementations must be thread-safe.
 *
 * <pre>{@code
 * AwsCredentialsSource vault = () -> new AwsCredentials(id(), secret(), token());
 * }</pre>
 */
@FunctionalInterface
public interface AwsCredentialsSource {

    /** The current credentials. May block, and may throw an {@link dev.postern.LlmException}. */
    AwsCredentials credentials();

    /** A source that always returns the same credentials. */
    static AwsCredentialsSource of(AwsCredentials fixed) {
        Objects.requireNonNull(fixed, "fixed");
        return () -> fixed;
    }
}
