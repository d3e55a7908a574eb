package dev.postern.spring.boot.test;

import dev.postern.spring.boot.PosternAutoConfiguration;
import dev.postern.testkit.FakeLlm;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Makes a {@link FakeLlm} the provider of a test's context, in place of the gateway. For {@link AutoConfigureFakeLlm}. */
@AutoConfiguration(before = PosternAutoConfiguration.class)
public final class FakeLlmAutoConfiguration {
    /** The name of the bean. */
    static final String BEAN = "posternFakeLlm";

    /** Used by Spring. */
    public FakeLlmAutoConfiguration() {}

    @Bean(BEAN)
    @Primary
    FakeLlm posternFakeLlm() {
        return FakeLlm.named("fake");
    }
}
