package dev.postern.call;

import org.testng.annotations.Test;

/** The TCK over one kind of instrumentation. */
@Test(groups = "full")
public class FilterPromisingTckTest extends FilterTck {
    @Override
    Instrumentation with() {
        return Instrumentation.builder()
                .interceptor(new Interceptor() {
                    @Override
                    public Decision begin(Invocation call) {
                        return Decision.proceed(new EventFilter() {});
                    }

                    @Override
                    public boolean isNonBlocking() {
                        return true;
                    }
                })
                .build();
    }
}
