package dev.postern.testkit;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.call.EventFilter;
import dev.postern.call.Instrumentation;
import dev.postern.call.Interceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;

/** The contract of interceptors, over interceptors that do each thing that a filter can do. */
class InterceptorContractTest {

    @Nested
    class Passing extends InterceptorContract {
        @Override
        protected Interceptor interceptor() {
            return call -> Interceptor.Decision.proceed();
        }
    }

    @Nested
    class AroundAttempts extends InterceptorContract {
        @Override
        protected Interceptor interceptor() {
            return call -> Interceptor.Decision.later(CompletableFuture.supplyAsync(Interceptor.Decision::proceed));
        }

        @Override
        protected void register(Instrumentation.Builder builder, Interceptor interceptor) {
            builder.attemptInterceptor(interceptor);
        }
    }

    @Nested
    class Holding extends InterceptorContract {
        @Override
        protected Interceptor interceptor() {
            return call -> Interceptor.Decision.proceed(new EventFilter() {
                private final List<StreamEvent> held = new ArrayList<>();

                @Override
                public void onEvent(StreamEvent event, Output out) {
                    held.add(event);
                    out.wakeAfter(Duration.ofMillis(1));
                }

                @Override
                public void onWake(Output out) {
                    release(out);
                }

                @Override
                public void onEnd(@Nullable LlmException failure, Output out) {
                    release(out);
                }

                private void release(Output out) {
                    held.forEach(out::emit);
                    held.clear();
                }
            });
        }
    }

    @Nested
    class Checking extends InterceptorContract {
        @Override
        protected Interceptor interceptor() {
            return call -> Interceptor.Decision.proceed(new EventFilter() {
                @Override
                public void onEvent(StreamEvent event, Output out) {
                    out.await(CompletableFuture.supplyAsync(() -> true), good -> out.emit(event));
                }
            });
        }
    }
}
