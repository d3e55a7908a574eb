package dev.postern.call;

import java.util.concurrent.CompletableFuture;

/** The TCK over one kind of instrumentation. */
public class FilterDecidingTckTest extends FilterTck {
    @Override
    Instrumentation with() {
        return Instrumentation.builder()
                .attemptInterceptor(call -> Interceptor.Decision.later(
                        CompletableFuture.supplyAsync(() -> Interceptor.Decision.proceed(new EventFilter() {}))))
                .build();
    }
}
