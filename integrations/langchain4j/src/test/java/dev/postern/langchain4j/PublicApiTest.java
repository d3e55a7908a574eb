package dev.postern.langchain4j;

import dev.postern.testkit.project.PublicApi;
import org.junit.jupiter.api.Test;

/** The public API of this module changes only together with {@code api/}. */
class PublicApiTest {
    @Test
    void isTheOneInTheFile() {
        PublicApi.of(PublicApiTest.class.getClassLoader())
                .with(
                        "dev.langchain4j.model",
                        "dev.langchain4j.model.chat",
                        "dev.langchain4j.model.chat.listener",
                        "dev.langchain4j.model.chat.request",
                        "dev.langchain4j.model.chat.response",
                        "dev.langchain4j.model.output")
                .check();
    }
}
