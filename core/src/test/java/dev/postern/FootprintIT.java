package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.json.Json;
import dev.postern.testkit.project.FootprintContract;
import java.util.List;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super("dev.postern.core", 396_000, 1_012_000, "jackson-core");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Class<?> json = modules.loadClass(Json.class.getName());
        Class<?> request = modules.loadClass(CompletionRequest.class.getName());

        assertThat(call(json, "parse", "[true, \"a\"]")).isEqualTo(List.of(true, "a"));
        assertThat(call(call(request, "of", "Hello"), "messages")).asString().contains("Hello");
    }
}
