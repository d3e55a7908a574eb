package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The bridge itself; the tests of the transport cover it with the JDK's client. */
class BodyBridgeTest {
    private final AtomicBoolean cancelled = new AtomicBoolean();

    private final Flow.Subscription body = new Flow.Subscription() {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {
            cancelled.set(true);
        }
    };

    @Test
    void anErrorAtTheStartOfTheBodyEndsTheExchange() {
        Error error = new StackOverflowError();
        AtomicInteger calls = new AtomicInteger();
        try (HttpTransport transport = HttpTransport.builder().build()) {
            Exchange exchange = new Exchange(transport, () -> {
                if (calls.getAndIncrement() == 0) {
                    throw error;
                }
            });

            new BodyBridge(exchange).onSubscribe(body);

            assertThat(exchange.ending()).isEqualTo(new Exchange.Ending(error));
            assertThat(calls).hasValue(2);
            assertThat(cancelled).isTrue();
        }
    }

    @Test
    void aBodyThatBeginsAfterTheEndOfTheExchangeIsCancelled() {
        try (HttpTransport transport = HttpTransport.builder().build()) {
            BodyBridge bridge = new BodyBridge(new Exchange(transport, () -> {}));
            bridge.detach();

            bridge.onSubscribe(body);

            assertThat(cancelled).isTrue();
        }
    }
}
