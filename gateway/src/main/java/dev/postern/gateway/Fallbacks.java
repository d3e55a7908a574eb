package dev.postern.gateway;

import dev.postern.LlmException.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which backends or groups stand in for which, by the name of the one that failed.
 *
 * @param byKind after the kinds that each list names
 * @param whenTooLong after {@link Kind#CONTEXT_LENGTH}
 * @param whenFiltered after {@link Kind#CONTENT_FILTER}
 */
record Fallbacks(
        Map<String, StandIns> byKind, Map<String, List<String>> whenTooLong, Map<String, List<String>> whenFiltered) {

    /**
     * A list of fallbacks.
     *
     * @param names backends or groups, in the order in which they are asked
     * @param on after which kinds of failure
     */
    record StandIns(List<String> names, Set<Kind> on) {
        StandIns {
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
        StandIns general = byKind.get(target);
        return general != null && general.on().contains(kind) ? general.names() : List.of();
    }
}
