package dev.postern.call;

import org.testng.annotations.Test;

/** The TCK over one kind of instrumentation. */
@Test(groups = "full")
public class FilterHoldingTckTest extends FilterTck {
    @Override
    Instrumentation with() {
        return Instrumentation.builder()
                .interceptor(call -> Interceptor.Decision.proceed(new Late()))
                .build();
    }
}
