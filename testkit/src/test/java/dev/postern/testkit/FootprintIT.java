package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.testkit.project.FootprintContract;

/** Without the libraries of tests, which a user brings along. */
class FootprintIT extends FootprintContract {
    FootprintIT() {
        super("dev.postern.testkit", 208_000, 1_160_000, "jackson-core", "postern-core");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Object llm = call(modules.loadClass(FakeLlm.class.getName()), "answering", (Object) new String[] {"Hello"});
        Class<?> requests = modules.loadClass(CompletionRequest.class.getName());
        Object answer = call(llm, "completions", call(requests, "of", "Hi"));

        assertThat(call(answer, "content")).isEqualTo("Hello");
    }
}
