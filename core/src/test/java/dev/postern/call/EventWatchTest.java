package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.AttemptStart;
import dev.postern.call.CallListener.AttemptWatch;
import dev.postern.call.CallListener.CallWatch;
import dev.postern.call.CallListener.EventWatch;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watches that are told each event. */
@Timeout(60)
class EventWatchTest {
    private final CapturedLog log = CapturedLog.of("dev.postern.call");
    private final List<StreamEvent> seen = new ArrayList<>();

    @AfterEach
    void close() {
        log.close();
    }

    /** Throws at each event of a call, of its attempts, or of both. */
    private record Broken(boolean ofCalls, boolean ofAttempts) implements CallListener {
        @Override
        public CallWatch begin(CallStart call) {
            class OfAttempt implements AttemptWatch, EventWatch {
                @Override
                public void onEvent(StreamEvent event, long nanos) {
                    throw new AssertionError("on purpose");
                }
            }
            class OfCall implements CallWatch, EventWatch {
                @Override
                public void onEvent(StreamEvent event, long nanos) {
                    if (ofCalls) {
                        throw new IllegalStateException("on purpose");
                    }
                }

                @Override
                public AttemptWatch attempt(AttemptStart attempt) {
                    return ofAttempts ? new OfAttempt() : AttemptWatch.NONE;
                }
            }
            return new OfCall();
        }
    }

    /** Keeps each event of a call. */
    private final class Keeping implements CallWatch, EventWatch {
        @Override
        public void onEvent(StreamEvent event, long nanos) {
            seen.add(event);
        }
    }

    private void callWith(CallListener broken) {
        LlmProvider llm = Instrumentation.builder()
                .listener(broken)
                .listener(call -> new Keeping())
                .build()
                .around(Events.provider(request -> Events.stream(Events.answer("a", "b"))));

        List<StreamEvent> received = Recorder.of(llm.stream(Events.HELLO)).awaitComplete();

        assertThat(received).hasSize(4);
        assertThat(seen).isEqualTo(received);
    }

    private void assertLoggedOnce(Class<? extends Throwable> type) {
        assertThat(log.await(1, "The listener " + Broken.class.getName() + " threw."))
                .hasSize(1);
        assertThat(log.records(Level.WARNING))
                .extracting(LogRecord::getThrown)
                .singleElement()
                .isInstanceOf(type);
    }

    @Test
    void whatAWatchOfACallThrowsIsLoggedOnceAndHarmsNobody() {
        callWith(new Broken(true, false));

        assertLoggedOnce(IllegalStateException.class);
    }

    @Test
    void whatAWatchOfAnAttemptThrowsIsLoggedOnceAndHarmsNobody() {
        callWith(new Broken(false, true));

        assertLoggedOnce(AssertionError.class);
    }
}
