package dev.postern.call;

import org.testng.annotations.Test;

/** The TCK over one kind of instrumentation. */
@Test(groups = "full")
public class FilterListeningTckTest extends FilterTck {
    @Override
    Instrumentation with() {
        return Instrumentation.builder()
                .listener(call -> new CallListener.CallWatch() {})
                .build();
    }
}
