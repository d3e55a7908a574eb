package dev.postern.gateway;

import dev.postern.LlmException.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fallbacks of a gateway, by the name of the backend or group that failed.
 *
 * @param byKind for the kinds of failure that each list names
 * @param whenTooLong for {@link Kind#CONTEXT_LENGTH}
 * @param whenFiltered for {@link Kind#CONTENT_FILTER}
 */
record Fallbacks(
        Map<String, FallbackList> byKind,
        Map<String, List<String>> whenTooLong,
        Map<String, List<String>> whenFiltered) {

    /**
     * A list of fallbacks.
     *
     * @param names backends or groups, in the order in which they are tried
     * @param on the kinds of failure
     */
    record FallbackList(List<String> names, Set<Kind> on) {
        FallbackList {
            names = List.copyOf(names);
            on = Set.copyOf(on);
        }
    }

    Fallbacks {
        byKind = Map.copyOf(byKind);
        whenTooLong = Map.copyOf(whenTooLong);
        whenFiltered = Map.copyOf(whenFiltered);
    }

    /** The fallbacks of a backend or group after a failure of this kind; empty if there are none. */
    List<String> after(Kind kind, String target) {
        Map<String, List<String>> special = switch (kind) {
            case CONTEXT_LENGTH -> whenTooLong;
            case CONTENT_FILTER -> whenFiltered;
            default -> Map.of();
        };
        List<String> names = special.get(target);
        if (names != null) {
            return names;
        }
        FallbackList general = byKind.get(target);
        return general != null && general.on().contains(kind) ? general.names() : List.of();
    }
}
