package dev.postern.config;

import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.gateway.BackendPolicy;
import dev.postern.gateway.Gateway;
import dev.postern.gateway.GatewayBuilder;
import dev.postern.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

/** Reads the section {@code providers.llm}, once: backends, and the routes to them. */
final class LlmSection {
    private static final String BACKENDS = "backends";
    private static final String DEFAULT = "default";
    /** The kinds of failure that may lead to a fallback, by the names that a file uses. */
    private static final Map<String, Kind> KINDS = kinds();

    private final Settings llm;
    private final Map<String, Settings> backends = new LinkedHashMap<>();
    private final Map<String, Map<String, Integer>> groups = new LinkedHashMap<>();
    /** The names of backends and of groups. */
    private final List<String> routes;

    private static Map<String, Kind> kinds() {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            if (kind != Kind.CANCELLED) {
                kinds.put(kind.name().toLowerCase(Locale.ROOT), kind);
            }
        }
        return kinds;
    }

    /** Reads the names of backends and groups, to which the other keys refer. */
    LlmSection(Settings llm) {
        this.llm = llm;
        readBackends();
        readGroups();
        routes = new ArrayList<>(backends.keySet());
        routes.addAll(groups.keySet());
    }

    /** Reads the backends. The short form has one, with the name {@code default}. */
    private void readBackends() {
        if (llm.has("backend") || (llm.has("config") && !llm.has(BACKENDS))) {
            if (llm.has(BACKENDS)) {
                throw llm.error("backend", "cannot be combined with 'backends'; use one of them");
            }
            backends.put(DEFAULT, llm);
            return;
        }
        Settings named = llm.requiredSection(BACKENDS);
        for (String name : named.keys()) {
            if (name.isBlank()) {
                throw named.error("", "a backend needs a name");
            }
            backends.put(name, named.section(name));
        }
        if (backends.isEmpty()) {
            throw llm.error(BACKENDS, "names no backend");
        }
    }

    private void readGroups() {
        Settings section = llm.section("groups");
        for (String name : section.keys()) {
            if (name.isBlank()) {
                throw section.error("", "a group needs a name");
            }
            if (backends.containsKey(name)) {
                throw section.error(name, "is also the name of a backend; a group needs another name");
            }
            Map<String, Integer> weights = weights(section, name);
            if (weights.isEmpty()) {
                throw section.error(name, "names no backend");
            }
            groups.put(name, weights);
        }
    }

    private Map<String, Integer> weights(Settings section, String name) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        if (!section.isSection(name)) {
            section.manyOf(name, backends.keySet()).forEach(backend -> weights.put(backend, 1));
            return weights;
        }
        Settings members = section.section(name);
        backends.keySet().stream()
                .filter(members::has)
                .forEach(backend -> weights.put(backend, members.integer(backend, 1, 1)));
        members.refuseUnknown();
        return weights;
    }

    /** The names of backends and of groups. */
    List<String> routes() {
        return List.copyOf(routes);
    }

    /** Sets everything except the backends. */
    void route(GatewayBuilder builder) {
        groups.forEach(builder::group);
        if (llm.has(DEFAULT) || backends.size() > 1) {
            if (!llm.has(DEFAULT)) {
                throw llm.missing(DEFAULT, "; choose one of " + String.join(", ", routes));
            }
            builder.defaultBackend(llm.oneOf(DEFAULT, routes, ""));
        }
        fallbacks(builder);
        fallbacksOfOneKind("context_length_fallbacks", builder::contextLengthFallbacks);
        fallbacksOfOneKind("content_filter_fallbacks", builder::contentFilterFallbacks);
        builder.totalTimeout(llm.duration("total_timeout", Duration.ZERO));
    }

    /** Reads {@code {main: [aws, local]}} or {@code {main: {to: [aws, local], on: [quota, server]}}}. */
    private void fallbacks(GatewayBuilder builder) {
        Settings section = llm.section("fallbacks");
        for (String name : routes) {
            if (!section.isSection(name)) {
                List<String> others = others(section, name, name);
                if (!others.isEmpty()) {
                    builder.fallbacks(name, others);
                }
                continue;
            }
            Settings fallback = section.section(name);
            List<String> others = others(fallback, "to", name);
            if (others.isEmpty()) {
                throw fallback.missing("to", "; it lists the fallbacks");
            }
            builder.fallbacks(name, others, kinds(fallback));
        }
        section.refuseUnknown();
    }

    private Set<Kind> kinds(Settings fallback) {
        List<String> names = fallback.manyOf("on", KINDS.keySet());
        if (fallback.has("on") && names.isEmpty()) {
            throw fallback.error("on", "names no kind of failure; leave it out for the default");
        }
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        names.forEach(name -> kinds.add(KINDS.get(name)));
        return names.isEmpty() ? Gateway.fallbackKinds() : kinds;
    }

    private void fallbacksOfOneKind(String key, BiConsumer<String, List<String>> setter) {
        Settings section = llm.section(key);
        for (String name : routes) {
            List<String> others = others(section, name, name);
            if (!others.isEmpty()) {
                setter.accept(name, others);
            }
        }
        section.refuseUnknown();
    }

    private List<String> others(Settings section, String key, String name) {
        List<String> others = section.manyOf(key, routes);
        if (others.contains(name)) {
            throw section.error(key, "cannot be a fallback of itself");
        }
        return others;
    }

    /** Creates the backends. Adds each provider to {@code made} at once, so that it can be closed if a later one fails. */
    void build(GatewayBuilder builder, Backends factory, List<LlmProvider> made) {
        Map<String, Set<String>> aliases = new LinkedHashMap<>();
        backends.forEach((name, backend) -> {
            LlmProvider provider = factory.provider(name, backend);
            made.add(provider);
            BackendPolicy policy = Backends.policy(backend.section("config"));
            aliases.put(name, policy.modelAliases().keySet());
            builder.backend(name, provider, policy);
        });
        groups.forEach((name, weights) -> checkAliases(name, weights.keySet(), aliases));
        llm.refuseUnknown();
    }

    /** Checks the aliases of a group. The builder does the same, but does not know the place in the file. */
    private void checkAliases(String group, Set<String> members, Map<String, Set<String>> aliases) {
        for (String member : members) {
            for (String other : members) {
                for (String alias : aliases.getOrDefault(other, Set.of())) {
                    if (!aliases.getOrDefault(member, Set.of()).contains(alias)) {
                        throw Objects.requireNonNull(backends.get(member))
                                .section("config")
                                .error(
                                        "model_aliases",
                                        "has no '" + alias + "', but '" + other + "' of the same group '" + group
                                                + "' has");
                    }
                }
            }
        }
    }
}
