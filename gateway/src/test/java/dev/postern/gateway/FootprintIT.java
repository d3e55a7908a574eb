package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmProvider;
import dev.postern.testkit.project.FootprintContract;
import java.lang.reflect.Proxy;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super("dev.postern.gateway", 94_000, 1_096_000, "jackson-core", "postern-core");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Class<?> provider = modules.loadClass(LlmProvider.class.getName());
        Object backend = Proxy.newProxyInstance(
                modules,
                new Class<?>[] {provider},
                (proxy, method, arguments) -> method.getName().equals("name") ? "main" : null);
        Object builder = call(modules.loadClass(Gateway.class.getName()), "builder");
        AutoCloseable gateway = (AutoCloseable) call(call(builder, "backend", "main", backend), "build");

        assertThat(gateway).hasToString("Gateway[main (default)]");
        gateway.close();
    }
}
