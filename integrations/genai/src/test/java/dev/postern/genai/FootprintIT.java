package dev.postern.genai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.FootprintContract;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super("dev.postern.genai", 21_500, 1_030_000, "jackson-core", "postern-core");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Object address = call(modules.loadClass(ServerAddress.class.getName()), "of", "https://api.openai.com");

        assertThat(address).hasToString("ServerAddress[host=api.openai.com, port=443]");
    }
}
