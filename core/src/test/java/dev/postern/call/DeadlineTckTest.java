package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import java.time.Duration;
import org.testng.annotations.Test;

/** The TCK over a stream with a deadline. */
@Test(groups = "full")
public class DeadlineTckTest extends FilterTck {
    @Override
    Instrumentation with() {
        return Instrumentation.builder()
                .listener(call -> new CallListener.CallWatch() {})
                .build();
    }

    @Override
    CompletionRequest request() {
        return Events.HELLO.withContext(
                CallContext.builder().within(Duration.ofHours(1)).build());
    }
}
