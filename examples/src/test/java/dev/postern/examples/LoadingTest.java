package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that does not use a provider loads none of its classes. */
class LoadingTest {
    @TempDir
    private Path scratch;

    @BeforeAll
    static void theOthersAreOnTheClassPath() throws ClassNotFoundException {
        ClassLoader path = LoadingTest.class.getClassLoader();
        Class.forName("dev.postern.bedrock.BedrockProvider", false, path);
        Class.forName("reactor.core.publisher.Flux", false, path);
        Class.forName("org.springframework.ai.chat.client.ChatClient", false, path);
        Class.forName("software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider", false, path);
    }

    @Test
    void aProgramThatUsesOnlyTheOpenAiProviderLoadsNoClassOfAwsOrOfBedrock() throws Exception {
        ChildJvm quickstart = ChildJvm.run(scratch, Quickstart.class, Map.of());

        assertThat(quickstart.output()).contains("model  Paris\n");
        assertThat(quickstart.status()).isZero();
        assertThat(quickstart.loaded())
                .contains("dev.postern.openai.OpenAiProvider")
                .noneMatch(name -> name.startsWith("software.amazon"))
                .noneMatch(name -> name.startsWith("reactor.") || name.startsWith("org.reactivestreams"))
                .noneMatch(name -> name.startsWith("dev.langchain4j"))
                .noneMatch(name -> name.startsWith("com.fasterxml"))
                .noneMatch(name -> name.startsWith("org.springframework"))
                .noneMatch(name -> name.startsWith("dev.postern.bedrock"));
        assertThat(quickstart.loaded())
                .as("what plain HTTP does not need")
                .noneMatch(name -> name.startsWith("sun.security.ssl.TrustStoreManager"))
                .noneMatch(name -> name.startsWith("java.util.logging"));
    }

    @Test
    void bedrockWithKeysOfTheEnvironmentLoadsNoClassOfAwsOrOfOpenAi() throws Exception {
        try (ConverseStandIn server = ConverseStandIn.start()) {
            ChildJvm bedrock = ChildJvm.run(scratch, Bedrock.class, server.environment());

            assertThat(bedrock.output()).contains("model  Paris\n");
            assertThat(bedrock.status()).isZero();
            assertThat(bedrock.loaded())
                    .contains("dev.postern.bedrock.BedrockProvider")
                    .noneMatch(name -> name.startsWith("software.amazon"))
                    .noneMatch(name -> name.startsWith("dev.postern.openai"));
        }
    }
}
