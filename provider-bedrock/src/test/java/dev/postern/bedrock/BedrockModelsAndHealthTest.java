package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import java.util.List;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The list of models, and the health that is derived from it. */
class BedrockModelsAndHealthTest extends BedrockServerTest {
    private static final String MODELS =
            "{\"modelSummaries\":[{\"modelId\":\"a.b-v1:0\"},{\"modelId\":\"c\",\"new\":1},{\"modelId\":\"\"}]}";
    private static final String DENIED = "{\"message\":\"not authorized to perform: bedrock:ListFoundationModels\"}";

    @Test
    void theListHasFoundationModelsAndAllPagesOfProfiles() throws Exception {
        server.enqueue(reply(200, MODELS));
        server.enqueue(reply(
                200, "{\"inferenceProfileSummaries\":[{\"inferenceProfileId\":\"us.a\"}],\"nextToken\":\"t/1=+\"}"));
        server.enqueue(reply(
                200,
                "{\"inferenceProfileSummaries\":[{\"inferenceProfileId\":\"c\"},{\"inferenceProfileId\":\"us.d\"}]}"));
        assertThat(provider().listModels())
                .extracting(ModelInfo::name)
                .containsExactly("a.b-v1:0", "c", "us.a", "us.d");
        assertThat(server.takeRequest().getTarget()).isEqualTo("/foundation-models?byOutputModality=TEXT");
        assertThat(server.takeRequest().getTarget()).isEqualTo("/inference-profiles?maxResults=1000");
        RecordedRequest last = server.takeRequest();
        assertThat(last.getTarget()).isEqualTo("/inference-profiles?maxResults=1000&nextToken=t%2F1%3D%2B");
        assertThat(last.getHeaders().get("Authorization")).contains("/us-east-1/bedrock/aws4_request");
    }

    @Test
    void aRepeatedTokenEndsTheList() {
        server.enqueue(reply(200, MODELS));
        server.enqueue(reply(200, "{\"inferenceProfileSummaries\":[],\"nextToken\":\"t\"}"));
        server.enqueue(reply(200, "{\"inferenceProfileSummaries\":[],\"nextToken\":\"t\"}"));
        assertThat(provider().listModels()).hasSize(2);
    }

    @Test
    void withoutPermissionTheListIsTheDefaultModel() {
        server.enqueue(reply(403, DENIED, "x-amzn-errortype", "AccessDeniedException"));
        assertThat(provider().listModels()).containsExactly(new ModelInfo("m", "test", List.of("chat", "tool_use")));
    }

    @Test
    void withoutPermissionAndDefaultModelTheListFails() {
        server.enqueue(reply(403, DENIED, "x-amzn-errortype", "AccessDeniedException"));
        provider(builder -> builder.apiKey("k").defaultModel(""));
        Secrets.assertFails(Kind.PERMISSION, () -> llm.listModels()).contains("not authorized");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            403 | AccessDeniedException        | true  | 'test' answers; the credentials may not list its models.
            429 | ThrottlingException          | true  | 'test' answers, but the rate limit is reached.
            403 | UnrecognizedClientException  | false | 'test' answered 403: no.
            500 | InternalServerException      | false | 'test' answered 500: no.
            """)
    void isHealthyIfTheServiceAcceptsTheCredentials(int status, String type, boolean up, String detail) {
        server.enqueue(reply(status, "{\"message\":\"no\"}", "x-amzn-errortype", type));
        ProviderHealth health = provider().health();
        assertThat(health.detail()).startsWith(detail);
        assertThat(health.up()).isEqualTo(up);
    }

    @Test
    void isHealthyWithAList() {
        server.enqueue(reply(200, MODELS));
        server.enqueue(reply(200, "{\"inferenceProfileSummaries\":[]}"));
        assertThat(provider().health()).isEqualTo(ProviderHealth.up("'test' answers and lists 2 models."));
    }

    @Test
    void isNotHealthyWithoutAListOrWithoutCredentials() {
        server.enqueue(reply(200, "{\"hello\":\"world\"}"));
        assertThat(provider().health().up()).isFalse();
        llm.close();
        ProviderHealth health = provider(builder -> builder.credentials((AwsCredentialsSource) () -> {
                    throw new IllegalStateException(Secrets.KEY);
                }))
                .health();
        assertThat(health.up()).isFalse();
    }
}
