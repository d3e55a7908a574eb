package dev.postern.springai;

import dev.postern.testkit.project.PublicApi;
import org.junit.jupiter.api.Test;

/** The public API of this module changes only together with {@code api/}. */
class PublicApiTest {
    private static final ClassLoader LOADER = PublicApiTest.class.getClassLoader();

    @Test
    void isTheOneInTheFile() {
        PublicApi.of(LOADER)
                .with(
                        "io.micrometer.observation",
                        "org.springframework.ai.chat.messages",
                        "org.springframework.ai.chat.model",
                        "org.springframework.ai.chat.observation",
                        "org.springframework.ai.chat.prompt",
                        "org.springframework.ai.model",
                        "org.springframework.ai.model.tool",
                        "org.springframework.ai.tool",
                        "reactor.core.publisher",
                        "reactor.core.scheduler")
                .check();
    }
}
