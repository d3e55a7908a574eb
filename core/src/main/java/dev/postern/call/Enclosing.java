package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.flow.EnclosingCall;
import org.jspecify.annotations.Nullable;

/**
 * What a context says about the call that it belongs to.
 *
 * @param place the innermost place of the call
 * @param relation what a request with the context is to that call
 */
record Enclosing(Place place, Relation relation) implements EnclosingCall {
    private static final CallContext.Key<Enclosing> KEY = CallContext.Key.of("", Enclosing.class);

    /** What a request is to the call of its context. */
    enum Relation {
        /** A part of it: the call goes on with this request. */
        INSIDE,
        /** The beginning of a child. The code of the application was given the context, which still has the parent of the call itself. */
        HANDED,
        /** The beginning of a child, whose parent is in the context. */
        CHILD
    }

    /** The place of the call that a request with this context is a part of; null if it is not a part of a call. */
    static @Nullable Place of(CallContext context) {
        Enclosing call = context.get(KEY).orElse(null);
        return call == null || call.relation != Relation.INSIDE ? null : call.place;
    }

    /** The place of the call whose child begins with this context; null if none does. */
    static @Nullable Place aboveChild(CallContext context) {
        Enclosing call = context.get(KEY).orElse(null);
        return call == null || call.relation == Relation.INSIDE ? null : call.place;
    }

    /** The context of a request that is a part of the call. */
    static CallContext inside(CallContext context, Place place) {
        return context.with(KEY, new Enclosing(place, Relation.INSIDE));
    }

    /** The same for a request. */
    static CompletionRequest inside(CompletionRequest request, Place place) {
        return request.withContext(inside(request.context(), place));
    }

    /** The context for code of the application. */
    static CallContext handed(CallContext context, Place place) {
        return context.with(KEY, new Enclosing(place, Relation.HANDED));
    }

    @Override
    public String callId() {
        return place.callId();
    }

    @Override
    public EnclosingCall forChild() {
        return relation == Relation.CHILD ? this : new Enclosing(place, Relation.CHILD);
    }
}
