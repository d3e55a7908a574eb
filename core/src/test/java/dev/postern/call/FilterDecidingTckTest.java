package dev.postern.call;

import java.util.concurrent.CompletableFuture;
import org.testng.annotations.Test;

/** The TCK over one kind of instrumentation. */
@Test(groups = "full")
public class FilterDecidingTckTest extends FilterTck {
    @Override
    Instrumentation with() {
        return Instrumentation.builder()
                .attemptInterceptor(call -> Interceptor.Decision.later(
                        CompletableFuture.supplyAsync(() -> Interceptor.Decision.proceed(new EventFilter() {}))))
                .build();
    }
}
