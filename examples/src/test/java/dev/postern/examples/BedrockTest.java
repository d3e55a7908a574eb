package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BedrockTest {
    @TempDir
    private Path scratch;

    @Test
    void showsACompletionAndAStream() throws Exception {
        try (ConverseStandIn server = ConverseStandIn.start()) {
            Map<String, String> environment = new HashMap<>(server.environment());
            environment.put("AWS_REGION", "eu-central-1");
            environment.put("BEDROCK_MODEL", "eu.amazon.nova-lite-v1:0");

            ChildJvm example = ChildJvm.runWithoutSdk(scratch, Bedrock.class, environment);

            assertThat(example.output())
                    .startsWith("Server: BedrockProvider[bedrock in eu-central-1], model eu.amazon.nova-lite-v1:0\n")
                    .contains("   model  Paris\n          (10 tokens in, 1 out)\n")
                    .endsWith("   model  It stands between.\n          (END_TURN)\n");
            assertThat(example.status()).isZero();
            assertThat(server.paths())
                    .containsExactly(
                            "/model/eu.amazon.nova-lite-v1%3A0/converse",
                            "/model/eu.amazon.nova-lite-v1%3A0/converse-stream");
        }
    }

    @Test
    void theErrorNamesTheMissingCredentials() throws Exception {
        ChildJvm example = ChildJvm.runWithoutSdk(scratch, Bedrock.class, Map.of());

        assertThat(example.output().lines())
                .singleElement()
                .asString()
                .startsWith("Failed (AUTHENTICATION): No AWS credentials were found")
                .contains("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK");
        assertThat(example.status()).isEqualTo(1);
    }

    @Test
    void theErrorNamesTheInvalidSetting() throws Exception {
        ChildJvm example = ChildJvm.runWithoutSdk(scratch, Bedrock.class, Map.of("AWS_REGION", "the moon"));

        assertThat(example.output())
                .isEqualTo(
                        "Failed (CONFIGURATION): AWS_REGION: 'the moon' is not the name of an AWS region such as us-east-1.\n");
        assertThat(example.status()).isEqualTo(1);
    }
}
