package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.call.Instrumentation.ContextBinding;
import dev.postern.call.Interceptor.Decision;
import dev.postern.testkit.project.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is bound to the thread of an interceptor. */
@Timeout(60)
class BindingsTest {
    private final List<String> news = new ArrayList<>();

    private ContextBinding binding(String name) {
        return context -> {
            news.add("bind " + name);
            return () -> news.add("close " + name);
        };
    }

    private Instrumentation.Builder with(ContextBinding... bindings) {
        Instrumentation.Builder all = Instrumentation.builder();
        for (ContextBinding each : bindings) {
            all.binding(each);
        }
        return all;
    }

    private void call(Instrumentation with) {
        with.around(Events.provider(request -> Events.stream(Events.answer("a"))))
                .completions(Events.HELLO);
    }

    private final Interceptor noting = call -> {
        news.add("begin");
        return Decision.proceed();
    };

    @Test
    void allBindingsAreBoundInTheirOrderAndClosedInReverse() {
        call(with(binding("1"), binding("2")).interceptor(noting).build());

        assertThat(news).startsWith("bind 1", "bind 2", "begin", "close 2", "close 1");
    }

    @Test
    void aSumHasTheBindingsOfBoth() {
        call(with(binding("1"))
                .build()
                .plus(with(binding("2")).interceptor(noting).build()));

        assertThat(news).startsWith("bind 1", "bind 2", "begin", "close 2", "close 1");
    }

    @Test
    void twoBindingsThatAreNestedAreOne() {
        ContextBinding failing = context -> {
            throw new IllegalStateException("on purpose");
        };
        try (CapturedLog log = CapturedLog.of("dev.postern.call")) {
            call(with(failing.then(binding("1")).then(failing).then(binding("2")))
                    .interceptor(noting)
                    .build());

            log.await(2, "a context binding threw"); // twice again when the filter is closed
        }
        assertThat(news).startsWith("bind 1", "bind 2", "begin", "close 2", "close 1");
    }

    @Test
    void aBindingThatFailsLeavesTheOthersAlone() {
        ContextBinding failing = context -> {
            throw new NoClassDefFoundError("on purpose");
        };
        ContextBinding failingToClose = context -> () -> {
            throw new IllegalStateException("on purpose");
        };
        try (CapturedLog log = CapturedLog.of("dev.postern.call")) {
            call(with(binding("1"), failing, failingToClose, binding("2"))
                    .interceptor(noting)
                    .build());

            log.await(2, "a context binding threw"); // twice again when the filter is closed
        }
        assertThat(news).startsWith("bind 1", "bind 2", "begin", "close 2", "close 1");
    }
}
