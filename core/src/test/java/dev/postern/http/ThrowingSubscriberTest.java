package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.QuietLog;
import dev.postern.testkit.project.ThrowingSubscriber;
import dev.postern.testkit.project.ThrowingSubscriber.Signal;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a subscriber throws: there is one end, the exchange is closed, and nothing waits. */
@Timeout(60)
class ThrowingSubscriberTest {
    @RegisterExtension
    static final QuietLog QUIET = QuietLog.of("dev.postern.flow");

    private final ManualTimer clock = new ManualTimer();
    private final FakeHttpClient client = new FakeHttpClient();
    private final HttpTransport transport =
            HttpTransport.builder().httpClient(client).timer(clock).build();
    private final LineCall call = new LineCall(URI.create("http://fake.test/path"));

    static Stream<Arguments> faults() {
        List<Throwable> thrown =
                List.of(new IllegalStateException("mine"), new AssertionError("mine"), new OutOfMemoryError("mine"));
        return Stream.of(Signal.values()).flatMap(signal -> thrown.stream().map(t -> Arguments.of(signal, t)));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void endsTheStreamOnce(Signal where, Throwable thrown) {
        ThrowingSubscriber<String> subscriber = new ThrowingSubscriber<>(where, thrown);
        transport.stream(call).subscribe(subscriber);

        if (where == Signal.SUBSCRIBE) {
            assertThat(client.exchanges).as("nothing is sent").isEmpty();
        } else if (where == Signal.ERROR) {
            client.last().head(400).chunk("refused").complete();
        } else {
            client.last().head(200).chunk("a\nb\nDONE\n").complete();
        }

        assertThat(subscriber.awaitEnds()).containsExactly(where == Signal.COMPLETE ? "complete" : "error");
        if (where == Signal.SUBSCRIBE || where == Signal.NEXT) {
            assertThat(subscriber.failures()).containsExactly(thrown);
        }
        if (where == Signal.NEXT) {
            assertThat(subscriber.items()).isOne();
            assertThat(client.only(0).isClosed()).isTrue();
        }
        assertThat(clock.pending()).isZero();
        transport.close();
        assertThat(subscriber.awaitEnds()).as("no further end").hasSize(1);
    }
}
