package dev.postern.reactor;

import dev.postern.CallContext;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** What a call gets from the context of its subscriber. */
final class SubscriberContext {
    /** Whether Micrometer's context-propagation is there. Without it, {@link ThreadLocals} must not be used. */
    static final boolean HAS_THREAD_LOCALS = isLoaded(() -> ThreadLocals.load());

    /** Whether {@code postern-micrometer} is there. Without it, {@link ObservationParent} must not be used. */
    private static final boolean HAS_OBSERVATIONS = isLoaded(() -> ObservationParent.load());

    private SubscriberContext() {}

    /** The context of a request, completed by that of the subscriber. */
    static CallContext in(CallContext own, ContextView view) {
        if (view.isEmpty()) {
            return own;
        }
        CallContext given = view.getOrDefault(CallContext.class, CallContext.NONE);
        CallContext completed =
                own.withDefaults(given == null ? CallContext.NONE : given).with(ReactorContext.VIEW, view);
        return HAS_OBSERVATIONS ? ObservationParent.in(completed, view) : completed;
    }

    /** A call for each subscription, under the thread-locals of its context. Cancelling the Mono cancels the future. */
    static <T> Mono<T> mono(Function<ContextView, CompletableFuture<T>> call) {
        return Mono.deferContextual(view -> Mono.fromFuture(get(view, () -> call.apply(view))));
    }

    /** Runs code under the thread-locals of a context. */
    static void run(ContextView view, Runnable code) {
        get(view, () -> {
            code.run();
            return view;
        });
    }

    private static <T> T get(ContextView view, Supplier<T> code) {
        return view.isEmpty() || !HAS_THREAD_LOCALS ? code.get() : ThreadLocals.call(view, code);
    }

    /** The use is a lambda: a reference to a method would load its class before this method is called. */
    private static boolean isLoaded(Runnable use) {
        try {
            use.run();
            return true;
        } catch (LinkageError e) { // a class of the library is missing
            return false;
        }
    }
}
