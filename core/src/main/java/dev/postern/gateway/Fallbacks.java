package dev.postern.gateway;

import dev.postern.LlmException;
import java.util.List;
import java.util.Map;

/**
 * Who stands in for whom; names of backends or groups, by the name of the one that failed.
 *
 * @param whenUnavailable after failures that a retry could mend
 * @param whenTooLong after {@link LlmException.Kind#CONTEXT_LENGTH}
 * @param whenFiltered after {@link LlmException.Kind#CONTENT_FILTER}
 */
record Fallbacks(
        Map<String, List<String>> whenUnavailable,
        Map<String, List<String>> whenTooLong,
        Map<String, List<String>> whenFiltered) {

    Fallbacks {
        whenUnavailable = Map.copyOf(whenUnavailable);
        whenTooLong = Map.copyOf(whenTooLong);
        whenFiltered = Map.copyOf(whenFiltered);
    }

    /** Who may be asked after this failure; nobody, if asking another one would not help. */
    List<String> after(LlmException failure, String target) {
        Map<String, List<String>> lists = switch (failure.kind()) {
            case CONTEXT_LENGTH -> whenTooLong;
            case CONTENT_FILTER -> whenFiltered;
            default -> failure.retryable() ? whenUnavailable : Map.of();
        };
        return lists.getOrDefault(target, List.of());
    }
}
