package dev.postern.bedrock;

import java.util.Objects;

/**
 * Where the credentials come from. It is asked before each attempt of each call, on the thread that makes the attempt,
 * so they may rotate; what is costly to get, it should keep. Several threads may ask at once.
 *
 * <pre>{@code
 * AwsCredentialsSource vault = () -> new AwsCredentials(id(), secret(), token());
 * }</pre>
 */
@FunctionalInterface
public interface AwsCredentialsSource {

    /** The credentials of this moment. May block, and may fail with an {@link dev.postern.LlmException}. */
    AwsCredentials credentials();

    /** A source of always the same credentials. */
    static AwsCredentialsSource of(AwsCredentials fixed) {
        Objects.requireNonNull(fixed, "fixed");
        return () -> fixed;
    }
}
