package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;

/** Failures of requests that are refused before they are sent. */
final class RequestErrors {
    private RequestErrors() {}

    /** The failure for content that Converse does not support. */
    static LlmException unsupported(String sentence) {
        return of(Kind.UNSUPPORTED, sentence);
    }

    /** The failure for a request that is invalid or has a field that it may not set. */
    static LlmException invalid(String sentence) {
        return of(Kind.INVALID_REQUEST, sentence);
    }

    private static LlmException of(Kind kind, String sentence) {
        return LlmException.builder(kind, sentence).refusedBeforeSending(true).build();
    }
}
