package dev.postern.usage;

import dev.postern.testkit.project.PublicApi;
import org.junit.jupiter.api.Test;

/** The public API of this module changes only together with {@code api/}. */
class PublicApiTest {
    @Test
    void isTheOneInTheFile() {
        PublicApi.of(PublicApiTest.class.getClassLoader()).check();
    }
}
