package dev.postern.server.access;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.call.Interceptor;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks before each attempt whether the caller may use the backend and the model that are asked. So the names count that
 * backends are asked with: members of groups, fallbacks, models behind aliases, and what agents choose.
 */
final class CallerRules implements Interceptor {
    /** Fields with which servers and routers let a request choose its model or another backend. */
    private static final Set<String> MODEL_FIELDS = fields(
            "model",
            "models",
            "model_id",
            "model_list",
            "model_group",
            "fallback",
            "fallbacks",
            "context_window_fallback_dict",
            "default_fallbacks",
            "route",
            "router",
            "provider",
            "plugins",
            "engine",
            "deployment",
            "deployment_id",
            "api_base",
            "base_url",
            "extra_body");

    private static Set<String> fields(String... names) {
        Set<String> all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER); // some servers ignore case
        all.addAll(List.of(names));
        return Collections.unmodifiableSet(all);
    }

    @Override
    public Decision begin(Invocation call) {
        Caller caller = call.context().get(Caller.CONTEXT).orElse(Caller.ANYBODY);
        Target target = call.target().orElse(null);
        if (target == null) {
            return Decision.proceed();
        }
        if (!caller.backends().allow(target.backend())) {
            return refuse("backend '" + target.backend() + "'", othersMayDo(call, target));
        }
        if (!caller.models().allow(target.model())) {
            return refuse(
                    target.model().isEmpty()
                            ? "default model of '" + target.backend() + "', whose name the gateway does not know"
                            : "model '" + shortened(target.model()) + "'",
                    othersMayDo(call, target));
        }
        if (!caller.models().all()) {
            for (String field : call.request().extra().keySet()) {
                if (MODEL_FIELDS.contains(field)) {
                    return refuse(
                            "vendor field '" + shortened(field) + "', which may choose another model",
                            target.number() > 1);
                }
            }
        }
        return Decision.proceed();
    }

    private static String shortened(String name) {
        return name.length() <= 100 ? name : name.substring(0, 100) + "…";
    }

    /**
     * Whether the gateway may select another backend instead. It may if it has selected this one: a member of a group, a fallback, or
     * the replacement of a backend in cool-down. The backend that the caller named is not replaced.
     */
    private static boolean othersMayDo(Invocation call, Target target) {
        return target.number() > 1
                || call.context()
                        .get(AskedBackend.KEY)
                        .filter(asked -> !asked.equals(target.backend()))
                        .isPresent();
    }

    private static Decision refuse(String what, boolean othersMayDo) {
        return Decision.refuse(LlmException.builder(
                        Kind.PERMISSION,
                        "This key may not use the " + what + "; choose another one, or ask the operator.")
                .code(AccessException.NOT_ALLOWED)
                .fallbackAllowed(othersMayDo)
                .build());
    }

    @Override
    public boolean isNonBlocking() {
        return true;
    }

    @Override
    public String name() {
        return "access";
    }
}
