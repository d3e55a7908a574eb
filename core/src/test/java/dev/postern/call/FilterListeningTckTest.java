package dev.postern.call;

/** The TCK over one kind of instrumentation. */
public class FilterListeningTckTest extends FilterTck {
    @Override
    Instrumentation with() {
        return Instrumentation.builder()
                .listener(call -> new CallListener.CallWatch() {})
                .build();
    }
}
