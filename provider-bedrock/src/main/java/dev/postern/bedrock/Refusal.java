package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;

/** A request that is refused here, because Bedrock would refuse it or because it must not be sent. */
final class Refusal {
    private Refusal() {}

    /** Converse has no place for it. */
    static LlmException unsupported(String sentence) {
        return of(Kind.UNSUPPORTED, sentence);
    }

    /** It is wrong, or not this request's to say. */
    static LlmException invalid(String sentence) {
        return of(Kind.INVALID_REQUEST, sentence);
    }

    private static LlmException of(Kind kind, String sentence) {
        return LlmException.builder(kind, sentence).refusedBeforeSending(true).build();
    }
}
