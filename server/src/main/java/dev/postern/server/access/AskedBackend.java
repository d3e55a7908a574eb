package dev.postern.server.access;

import dev.postern.CallContext;
import dev.postern.call.Interceptor;

/**
 * Notes around each call which backend or group it names, because an attempt only knows the backend that was selected. So {@link
 * CallerRules} can tell a backend that the caller asked for from one that the gateway selected.
 */
final class AskedBackend implements Interceptor {
    /** What the call names; empty for the default. Absent if the caller may use everything. */
    static final CallContext.Key<String> KEY = CallContext.Key.of("", String.class);

    @Override
    public Decision begin(Invocation call) {
        Caller caller = call.context().get(Caller.CONTEXT).orElse(Caller.ANYBODY);
        if (caller.backends().all() && caller.models().all()) {
            return Decision.proceed();
        }
        CallContext noted = call.context().with(KEY, call.request().backend());
        return Decision.proceed(call.request().toBuilder().context(noted).build(), Decision.PASS);
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
