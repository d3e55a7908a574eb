package dev.postern.bedrock;

import dev.postern.LlmException;

/** One of the places where AWS's conventions keep credentials. */
@FunctionalInterface
interface CredentialsPlace {

    /**
     * What is there.
     *
     * @throws LlmException if something is there but is wrong. Then no other place is asked: those might be the
     *     credentials of somebody else
     */
    Found look();

    /** The thread that looks was told to stop. Its flag is set again. */
    static LlmException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new LlmException(
                LlmException.Kind.CANCELLED, "The thread was interrupted while it asked for AWS credentials.", cause);
    }
}
