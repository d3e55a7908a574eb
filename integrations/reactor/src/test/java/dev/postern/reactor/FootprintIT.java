package dev.postern.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.testkit.project.FootprintContract;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super(
                "dev.postern.reactor",
                16_000,
                3_016_000,
                "jackson-core",
                "postern-core",
                "reactive-streams",
                "reactor-core");
    }

    @Override
    protected Set<String> modulesWithoutDescriptor() {
        return Set.of("org.reactivestreams", "reactor.core");
    }

    /** Without agents, without observations and without context-propagation, also for a subscriber that has a context. */
    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Class<?> provider = modules.loadClass(LlmProvider.class.getName());
        Object request = call(modules.loadClass(CompletionRequest.class.getName()), "of", "Hello");
        Object builder = call(modules.loadClass(CompletionResponse.class.getName()), "builder");
        CompletableFuture<Object> answer =
                CompletableFuture.completedFuture(call(call(builder, "content", "Hi"), "build"));
        Object llm = Proxy.newProxyInstance(modules, new Class<?>[] {provider}, (proxy, method, arguments) -> answer);
        Object reactive = call(modules.loadClass(ReactorLlm.class.getName()), "of", llm);
        Object context = call(
                modules.loadClass("reactor.util.context.Context"),
                "of",
                modules.loadClass(CallContext.class.getName()),
                call(call(modules.loadClass(CallContext.class.getName()), "builder"), "build"));

        Object mono = call(call(reactive, "completions", request), "contextWrite", context);

        assertThat(call(call(mono, "block"), "content")).isEqualTo("Hi");
        Class<?> contexts = modules.loadClass(ReactorContext.class.getName());
        assertThatThrownBy(() -> call(contexts, "binding"))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("io.micrometer:context-propagation");
    }
}
