package dev.postern.server.access;

import java.time.Instant;
import java.util.Optional;

/**
 * A key as the file declares it, without its secret.
 *
 * @param caller what the key allows
 * @param hash the hash of the secret
 * @param previous the hash of the secret before the last rotation
 * @param previousUntil the end of the time in which the previous secret is accepted
 * @param expires the end of the time in which the key is accepted; empty for no end
 */
record ApiKey(
        Caller caller,
        SecretHash hash,
        Optional<SecretHash> previous,
        Optional<Instant> previousUntil,
        Optional<Instant> expires) {

    /** Whether this secret is accepted now. It takes the same work for every secret and every key. */
    boolean accepts(SecretHash presented, Instant now) {
        boolean isCurrent = hash.matches(presented);
        boolean isPrevious = previous.orElse(hash).matches(presented);
        boolean overlaps = previousUntil.filter(now::isBefore).isPresent();
        boolean isValid = expires.map(now::isBefore).orElse(true);
        return isValid && (isCurrent || (isPrevious && overlaps)); // the work is done before this decides
    }

    /** The key with a new secret; the present one is accepted until then. */
    ApiKey rotated(SecretHash next, Instant until) {
        return new ApiKey(caller, next, Optional.of(hash), Optional.of(until), expires);
    }
}
