package dev.postern.gateway;

import dev.postern.LlmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The backends and groups of one configuration, by name, in the order of their registration. It refuses invalid groups and
 * references to unknown names. All failures are of kind {@link LlmException.Kind#CONFIGURATION}.
 */
final class Targets {
    private final Map<String, Backend> backends = new LinkedHashMap<>();
    private final Map<String, Target> all = new LinkedHashMap<>();

    void add(Backend backend) {
        backends.put(backend.name(), backend);
        all.put(backend.name(), Target.of(backend));
    }

    /** Adds a group of backends that were added before, with their weights. */
    void addGroup(String name, Map<String, Integer> weights) {
        if (weights.isEmpty()) {
            throw GatewayFailures.invalid("the group '" + name + "' is empty");
        }
        List<Target.Member> members = new ArrayList<>();
        weights.forEach((member, weight) -> {
            Backend backend = backends.get(member);
            if (backend == null) {
                throw GatewayFailures.invalid(
                        "the group '" + name + "' has the member '" + member + "', which is not a backend");
            }
            if (weight < 1) {
                throw GatewayFailures.invalid(
                        "the member '" + member + "' of the group '" + name + "' has a weight below 1");
            }
            members.add(new Target.Member(backend, weight));
        });
        checkAliases(name, members);
        all.put(name, new Target(name, members));
    }

    /** Without this check, a member could receive an alias that is only defined for another member. */
    private static void checkAliases(String group, List<Target.Member> members) {
        for (Target.Member member : members) {
            for (Target.Member other : members) {
                for (String alias : other.backend().policy().modelAliases().keySet()) {
                    if (!member.backend().policy().modelAliases().containsKey(alias)) {
                        throw GatewayFailures.invalid("the member '"
                                + member.backend().name() + "' of the group '" + group + "' has no alias '" + alias
                                + "', which '" + other.backend().name() + "' has; add it");
                    }
                }
            }
        }
    }

    /** Refuses fallbacks that are unknown or that are the backend itself. */
    void checkFallbacks(String name, List<String> others) {
        checkKnown("a list of fallbacks", name);
        for (String other : others) {
            checkKnown("the fallbacks of '" + name + "'", other);
            if (other.equals(name)) {
                throw GatewayFailures.invalid("'" + name + "' is a fallback of itself");
            }
        }
    }

    /**
     * Refuses an unknown name.
     *
     * @param where the part of the configuration that refers to the name
     */
    void checkKnown(String where, String name) {
        if (!all.containsKey(name)) {
            throw GatewayFailures.invalid(where + " refers to '" + name + "', which is unknown; known are "
                    + String.join(", ", all.keySet()));
        }
    }

    Map<String, Target> byName() {
        return all;
    }
}
