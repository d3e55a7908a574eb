package dev.postern.spring.boot;

import dev.postern.testkit.project.PublicApi;
import org.junit.jupiter.api.Test;

/** The public API of this module changes only together with {@code api/}. */
class PublicApiTest {
    private static final ClassLoader LOADER = PublicApiTest.class.getClassLoader();

    @Test
    void isTheOneInTheFile() {
        PublicApi.of(LOADER)
                .with("org.springframework.web.servlet.mvc.method.annotation")
                .check();
    }
}
