package dev.postern.springai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;

/** Failures of requests that are not sent. */
final class Refusals {
    private Refusals() {}

    /** The request is wrong. */
    static LlmException invalid(String sentence) {
        return LlmException.builder(Kind.INVALID_REQUEST, sentence)
                .refusedBeforeSending(true)
                .build();
    }

    /** One of the two libraries has no place for what the request asks. */
    static LlmException unsupported(String sentence) {
        return LlmException.builder(Kind.UNSUPPORTED, sentence)
                .refusedBeforeSending(true)
                .build();
    }
}
