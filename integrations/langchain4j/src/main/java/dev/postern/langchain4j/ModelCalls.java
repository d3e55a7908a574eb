package dev.postern.langchain4j;

import dev.postern.CallContext;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The running calls of a provider, and the threads of those that block. Thread-safe. */
final class ModelCalls {
    private static final int MAX_THREADS = 256;

    private final String name;
    private final Executor executor;
    private final @Nullable ExecutorService own;
    private final Set<Ending> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Ends a call from outside. */
    @FunctionalInterface
    interface Ending {
        void end(LlmException failure);
    }

    ModelCalls(String name, @Nullable Executor given) {
        this.name = name;
        if (given == null) {
            ExecutorService threads = threads();
            own = threads;
            executor = threads;
        } else {
            own = null;
            executor = given;
        }
    }

    private static ExecutorService threads() {
        return new ThreadPoolExecutor(
                0,
                MAX_THREADS,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Dispatcher.threads("postern-langchain4j-"));
    }

    /** Adds a call, unless the provider is closed. */
    void begin(Ending call) {
        running.add(call);
        if (closed) { // read after the call was added, so that close() or this line ends it
            running.remove(call);
            throw closed();
        }
    }

    void ended(Ending call) {
        running.remove(call);
    }

    /** Starts a call whose result is this future. */
    <T> T open(CompletableFuture<CompletionResponse> result, Supplier<T> call) {
        track(result);
        return call.get();
    }

    private void track(CompletableFuture<CompletionResponse> result) {
        Ending ending = result::completeExceptionally;
        begin(ending);
        var unused = result.whenComplete((answer, thrown) -> ended(ending));
    }

    /**
     * Runs a call that blocks. If the future is complete before, for example cancelled, the thread is interrupted; what
     * follows the answer is not.
     */
    <T> void run(CompletableFuture<CompletionResponse> result, Supplier<T> call, Consumer<T> done) {
        AtomicBoolean answered = new AtomicBoolean();
        try {
            track(result);
            Runnable stop = run(
                    () -> {
                        T answer = call.get();
                        answered.set(true);
                        done.accept(answer);
                    },
                    failure -> {
                        answered.set(true);
                        result.completeExceptionally(ModelFailures.carried(failure, name));
                    });
            var unused = result.whenComplete((answer, thrown) -> {
                if (!answered.get()) {
                    stop.run();
                }
            });
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(ModelFailures.carried(e, name));
        }
    }

    /**
     * Runs what may block.
     *
     * @param failed gets what the call throws
     * @return interrupts the thread if the call still runs
     */
    Runnable run(Runnable call, Consumer<Throwable> failed) {
        FutureTask<Void> task = new FutureTask<>(
                () -> {
                    try {
                        call.run();
                    } catch (RuntimeException | Error e) {
                        failed.accept(e);
                    }
                },
                null);
        try {
            executor.execute(task);
        } catch (RuntimeException | Error e) { // it is full or shut down, or can make no thread
            throw closed ? closed() : refused(e);
        }
        return () -> task.cancel(true);
    }

    private LlmException refused(Throwable cause) {
        String sentence = own == null || !(cause instanceof RejectedExecutionException)
                ? "The executor of the provider " + name
                        + " took no call; its exception is the cause. Set one that is not"
                        + " shut down and has room for more calls."
                : "All threads of the provider " + name + " are busy with calls that block; set a larger executor.";
        return LlmException.builder(LlmException.Kind.OVERLOADED, sentence)
                .backend(name)
                .refusedBeforeSending(true)
                .cause(cause)
                .build();
    }

    /**
     * Ends a call at the deadline of its context.
     *
     * @return stops waiting for it
     * @throws LlmException of kind TIMEOUT if it is over already
     */
    Runnable limit(CallContext context, Ending call) {
        Duration left = context.remaining().orElse(null);
        if (left == null) {
            return () -> {};
        }
        if (left.isNegative() || left.isZero()) {
            throw LlmException.builder(
                            LlmException.Kind.TIMEOUT,
                            "The deadline of the call's context was over before the request was sent; give the whole job more"
                                    + " time.")
                    .backend(name)
                    .refusedBeforeSending(true)
                    .retryable(false)
                    .build();
        }
        return Timer.system().after(Timer.nanos(left), () -> call.end(late()));
    }

    private LlmException late() {
        return LlmException.builder(
                        LlmException.Kind.TIMEOUT,
                        "The model of " + name
                                + " did not finish before the deadline of the call's context; allow more time.")
                .backend(name)
                .retryable(false)
                .build();
    }

    /** The number of calls that run. */
    int count() {
        return running.size();
    }

    private LlmException closed() {
        return LlmException.builder(LlmException.Kind.CONFIGURATION, "The provider " + name + " is closed.")
                .backend(name)
                .refusedBeforeSending(true)
                .build();
    }

    void close() {
        closed = true;
        for (Ending call : running) {
            call.end(LlmException.builder(
                            LlmException.Kind.CANCELLED, "The provider " + name + " was closed during the call.")
                    .backend(name)
                    .build());
        }
        if (own != null) {
            own.shutdownNow();
        }
    }
}
