package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.FootprintContract;

/** Without the libraries of tests, which a user brings along. */
class FootprintIT extends FootprintContract {
    FootprintIT() {
        super("dev.postern.testkit", 101_500, 949_000, "jackson-core", "postern-core");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Object answer = call(modules.loadClass(ScriptedModel.class.getName()), "text", "Hello");

        assertThat(call(answer, "content")).isEqualTo("Hello");
    }
}
