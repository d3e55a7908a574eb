package dev.postern.genai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.FootprintContract;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super("dev.postern.genai", 16_000, 900_000, "jackson-core", "postern-core");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Object names = call(modules.loadClass(ProviderNames.class.getName()), "wellKnown");

        assertThat(call(names, "of", "main", "https://api.openai.com")).isEqualTo("openai");
    }
}
