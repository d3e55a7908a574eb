package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmProvider;
import dev.postern.testkit.project.FootprintContract;
import java.lang.reflect.Proxy;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super("dev.postern.agent", 222_000, 1_416_000, "jackson-core", "postern-core", "postern-schema");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Class<?> provider = modules.loadClass(LlmProvider.class.getName());
        Object llm = Proxy.newProxyInstance(
                modules,
                new Class<?>[] {provider},
                (proxy, method, arguments) -> method.getName().equals("name") ? "main" : null);
        Object builder = call(modules.loadClass(Agent.class.getName()), "builder", llm);

        assertThat(call(builder, "build")).asString().endsWith("with 0 tools, asks main]");
    }
}
