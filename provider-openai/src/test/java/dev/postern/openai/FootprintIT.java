package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.FootprintContract;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super("dev.postern.openai", 201_000, 1_210_000, "jackson-core", "postern-core");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Object builder = call(modules.loadClass(OpenAiProvider.class.getName()), "builder");
        AutoCloseable provider = (AutoCloseable) call(builder, "build");

        assertThat(provider).hasToString("OpenAiProvider[openai at https://api.openai.com/v1, profile openai]");
        assertThat(provider.getClass().getModule().getName()).isEqualTo("dev.postern.openai");
        provider.close();
    }
}
