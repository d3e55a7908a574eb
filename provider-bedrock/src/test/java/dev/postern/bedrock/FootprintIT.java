package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.testkit.project.FootprintContract;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super("dev.postern.bedrock", 191_000, 1_200_000, "jackson-core", "postern-core");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Object builder = call(modules.loadClass(BedrockProvider.class.getName()), "builder");
        AutoCloseable provider = (AutoCloseable) call(call(builder, "region", "eu-west-1"), "build");

        assertThat(provider).hasToString("BedrockProvider[bedrock in eu-west-1]");
        assertThat(provider.getClass().getModule().getName()).isEqualTo("dev.postern.bedrock");
        assertThat(provider.getClass().getModule().getLayer().findModule("software.amazon.awssdk.auth"))
                .isEmpty();
        assertThatThrownBy(() -> modules.loadClass("software.amazon.awssdk.auth.credentials.AwsCredentialsProvider"))
                .isInstanceOf(ClassNotFoundException.class);
        provider.close();
    }
}
