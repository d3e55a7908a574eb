package dev.postern.call;

import dev.postern.StreamEvent;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.Test;

/** The TCK over one kind of instrumentation. */
@Test(groups = "full")
public class FilterAwaitingTckTest extends FilterTck {
    @Override
    Instrumentation with() {
        return Instrumentation.builder()
                .interceptor(call -> Interceptor.Decision.proceed(new EventFilter() {
                    @Override
                    public void onEvent(StreamEvent event, Output out) {
                        out.await(CompletableFuture.supplyAsync(() -> event), out::emit);
                    }
                }))
                .build();
    }
}
