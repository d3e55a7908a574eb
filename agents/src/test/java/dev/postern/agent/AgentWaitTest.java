package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.postern.CompletionResponse;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.WaitingCaller;
import dev.postern.testkit.ScriptedModel;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A blocking run: all of its model calls are started as for a waiting caller, and it never blocks the selector thread. */
@Timeout(60)
class AgentWaitTest {
    private final Queue<Boolean> waits = new ConcurrentLinkedQueue<>();

    /** Calls a tool first and answers then, so the second call starts on the thread of the tool. */
    private Agent agent() {
        AtomicInteger turns = new AtomicInteger();
        ScriptedModel model = ScriptedModel.by(request -> {
            waits.add(WaitingCaller.isPresent());
            return turns.getAndIncrement() == 0 ? call() : ScriptedModel.text("done");
        });
        return Agent.builder(model)
                .name("worker")
                .tools(List.of(TestTools.tool("look", arguments -> "seen")))
                .build();
    }

    private static CompletionResponse call() {
        return ScriptedModel.calls(ScriptedModel.call("1", "look", Map.of()));
    }

    @Test
    void everyModelCallOfABlockingRunHasAWaitingCaller() {
        assertThat(agent().run("Look.").text()).isEqualTo("done");

        assertThat(waits).containsExactly(true, true);
        assertThat(WaitingCaller.isPresent()).isFalse();
    }

    @Test
    void noModelCallOfAFutureHasAWaitingCaller() throws Exception {
        assertThat(agent().runAsync(AgentInput.of("Look."))
                        .get(30, TimeUnit.SECONDS)
                        .text())
                .isEqualTo("done");

        assertThat(waits).containsExactly(false, false);
    }

    @Test
    void aBlockingRunInsideANonBlockingSubscriberFailsAtOnce() {
        Agent agent = agent();
        AtomicReference<Throwable> thrown = new AtomicReference<>();

        Dispatcher.shared().deliveryTo(new RunsInOnNext(agent, thrown), true).next("item");

        assertThat(thrown.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Agent.run would block inside onNext of a NonBlockingSubscriber");
        assertThat(waits).isEmpty();
    }

    private record RunsInOnNext(Agent agent, AtomicReference<Throwable> thrown) implements Flow.Subscriber<String> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(1);
        }

        @Override
        public void onNext(String item) {
            thrown.set(catchThrowable(() -> agent.run("Look.")));
        }

        @Override
        public void onError(Throwable failure) {
            thrown.set(failure);
        }

        @Override
        public void onComplete() {
            // no more items
        }
    }
}
