package dev.postern.server.access;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.call.Interceptor;

/**
 * Checks before each attempt whether the caller may use the backend and the model that are asked. So the names count that
 * backends are asked with: members of groups, fallbacks, models behind aliases, and what agents choose.
 */
final class CallerRules implements Interceptor {
    @Override
    public Decision begin(Invocation call) {
        Caller caller = call.context().get(Caller.CONTEXT).orElse(Caller.ANYBODY);
        Target target = call.target().orElse(null);
        if (target == null) {
            return Decision.proceed();
        }
        if (!caller.backends().allow(target.backend())) {
            return refuse(target, "backend '" + target.backend() + "'");
        }
        if (!caller.models().allow(target.model())) {
            return refuse(
                    target,
                    target.model().isEmpty()
                            ? "default model of '" + target.backend() + "', whose name the gateway does not know"
                            : "model '" + shortened(target.model()) + "'");
        }
        return Decision.proceed();
    }

    private static String shortened(String name) {
        return name.length() <= 100 ? name : name.substring(0, 100) + "…";
    }

    /** A fallback that is not allowed leaves those that follow; the first backend is what the caller asked for. */
    private static Decision refuse(Target target, String what) {
        return Decision.refuse(LlmException.builder(
                        Kind.PERMISSION,
                        "This key may not use the " + what + "; choose another one, or ask the operator.")
                .code(AccessException.NOT_ALLOWED)
                .fallbackAllowed(target.number() > 1)
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
