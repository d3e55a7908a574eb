package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.call.Instrumentation.ContextBinding;
import dev.postern.testkit.project.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two bindings, one inside of the other. */
class NestedBindingTest {
    private final List<String> told = new ArrayList<>();

    private ContextBinding named(String name) {
        return context -> {
            told.add("bind " + name);
            return () -> told.add("restore " + name);
        };
    }

    private void run(ContextBinding binding) {
        binding.run(CallContext.NONE, () -> told.add("code"));
    }

    @Test
    void theInnerOneIsBoundLaterAndRestoredEarlier() {
        run(named("outer").then(named("inner")));

        assertThat(told).containsExactly("bind outer", "bind inner", "code", "restore inner", "restore outer");
    }

    @Test
    void anInnerOneThatFailsIsLogged() {
        try (CapturedLog log = CapturedLog.of("dev.postern.call")) {
            run(named("outer").then(context -> {
                throw new IllegalStateException("no thread-local");
            }));

            assertThat(log.messages()).containsExactly("a context binding threw");
        }
        assertThat(told).containsExactly("bind outer", "code", "restore outer");
    }

    @Test
    void anInnerOneThatCannotBeRestoredDoesNotKeepTheOuterOne() {
        try (CapturedLog log = CapturedLog.of("dev.postern.call")) {
            run(named("outer").then(context -> () -> {
                throw new IllegalStateException("no thread-local");
            }));

            assertThat(log.messages()).containsExactly("a context binding threw");
        }
        assertThat(told).containsExactly("bind outer", "code", "restore outer");
    }
}
