package dev.postern.call;

/** The TCK over one kind of instrumentation. */
public class FilterHoldingTckTest extends FilterTck {
    @Override
    Instrumentation with() {
        return Instrumentation.builder()
                .interceptor(call -> Interceptor.Decision.proceed(new Late()))
                .build();
    }
}
