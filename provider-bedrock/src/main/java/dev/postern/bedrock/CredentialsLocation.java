package dev.postern.bedrock;

import dev.postern.LlmException;

/** One of the locations where AWS's conventions keep credentials. */
@FunctionalInterface
interface CredentialsLocation {

    /**
     * Looks up the credentials.
     *
     * @throws LlmException if the location has invalid credentials. The lookup then ends, because the next location may
     *     have those of another identity
     */
    CredentialsLookup lookUp();

    /** The failure for an interrupted thread. Sets the interrupt flag again. */
    static LlmException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new LlmException(
                LlmException.Kind.CANCELLED, "The thread was interrupted while it looked up AWS credentials.", cause);
    }
}
