package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.PublicApi;
import org.junit.jupiter.api.Test;

/** The public API of this module changes only together with {@code api/}. */
class PublicApiTest {
    private static final ClassLoader LOADER = PublicApiTest.class.getClassLoader();

    @Test
    void equalsTheFile() {
        PublicApi.of(LOADER).check();
    }

    @Test
    void hasAtMostSixtyTopLevelTypes() {
        assertThat(PublicApi.of(LOADER).topLevelTypes()).hasSizeLessThanOrEqualTo(60);
    }
}
