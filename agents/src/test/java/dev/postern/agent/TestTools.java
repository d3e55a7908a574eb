package dev.postern.agent;

import dev.postern.ToolDefinition;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/** Tools for tests that accept any arguments. */
final class TestTools {
    private static final Map<String, Object> ANYTHING = Map.of("type", "object", "additionalProperties", true);

    static final ToolFailures FAILURES = new ToolFailures(ToolFailureText.CLASS_ONLY);

    private TestTools() {}

    static ToolDefinition definition(String name) {
        return ToolDefinition.of(name, "Does " + name + ".", ANYTHING);
    }

    static Tool tool(String name, Function<Map<String, Object>, ?> function) {
        return Tool.of(definition(name), function);
    }

    /** Returns its name. */
    static Tool named(String name) {
        return tool(name, input -> "result of " + name);
    }

    /** Tools that never end on their own. */
    static final class Stuck {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch interrupted = new CountDownLatch(1);
        final CompletableFuture<String> later = new CompletableFuture<>();

        /** Blocks. */
        Tool blocking(String name) {
            return tool(name, input -> {
                block();
                return "never";
            });
        }

        void block() {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw new IllegalStateException(e);
            }
        }

        /** Returns a future that nobody completes. */
        Tool async(String name) {
            return Tool.async(definition(name), input -> {
                begun.countDown();
                return later;
            });
        }
    }
}
