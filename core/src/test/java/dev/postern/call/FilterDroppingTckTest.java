package dev.postern.call;

import dev.postern.StreamEvent;
import org.testng.annotations.Test;

/** The TCK over one kind of instrumentation. */
@Test(groups = "full")
public class FilterDroppingTckTest extends FilterTck {
    @Override
    Instrumentation with() {
        return Instrumentation.builder()
                .interceptor(call -> Interceptor.Decision.proceed(new Halved()))
                .build();
    }

    @Override
    java.util.List<StreamEvent> source(long elements) {
        return Events.count(elements == 0 ? 0 : elements * 2 - 1);
    }
}
