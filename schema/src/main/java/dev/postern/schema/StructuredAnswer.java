package dev.postern.schema;

import dev.postern.CompletionResponse;
import dev.postern.Usage;
import java.util.List;
import java.util.Optional;

/**
 * A structured answer with the responses of the model.
 *
 * @param value the record
 * @param responses the responses in order: the valid one is the last; if a second request was necessary, the invalid one
 *     comes first
 * @param <T> the type of the record
 */
public record StructuredAnswer<T extends Record>(T value, List<CompletionResponse> responses) {

    /** Copies the responses. */
    public StructuredAnswer {
        responses = List.copyOf(responses);
    }

    /** The total usage of all responses; empty if no server reported it. */
    public Optional<Usage> usage() {
        return responses.stream().flatMap(response -> response.usage().stream()).reduce(Usage::plus);
    }
}
