package dev.postern.schema;

import dev.postern.CompletionResponse;
import dev.postern.Usage;
import java.util.List;
import java.util.Optional;

/**
 * A record that a model answered with, and what it took.
 *
 * @param value the record
 * @param responses the model's answers in order: the one that fits is the last; before it stands the one that did not, if
 *     the model had to be asked again
 * @param <T> the record
 */
public record StructuredAnswer<T extends Record>(T value, List<CompletionResponse> responses) {

    /** Copies the responses. */
    public StructuredAnswer {
        responses = List.copyOf(responses);
    }

    /** What all responses cost together; empty where no server said. */
    public Optional<Usage> usage() {
        return responses.stream().flatMap(response -> response.usage().stream()).reduce(Usage::plus);
    }
}
