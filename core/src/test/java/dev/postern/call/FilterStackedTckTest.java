package dev.postern.call;

import java.util.concurrent.CompletableFuture;
import org.testng.annotations.Test;

/** The TCK over one kind of instrumentation. */
@Test(groups = "full")
public class FilterStackedTckTest extends FilterTck {
    @Override
    Instrumentation with() {
        return Instrumentation.builder()
                .listener(call -> new CallListener.CallWatch() {})
                .interceptor(call -> Interceptor.Decision.proceed(new EventFilter() {}))
                .interceptor(call ->
                        Interceptor.Decision.later(CompletableFuture.supplyAsync(Interceptor.Decision::proceed)))
                .attemptInterceptor(call -> Interceptor.Decision.proceed(new Late()))
                .build();
    }
}
