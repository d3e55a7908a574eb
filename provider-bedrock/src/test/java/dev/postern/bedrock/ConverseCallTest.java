package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CallOptions;
import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.testkit.Recorder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses, headers, credentials and attempts of calls. */
class ConverseCallTest extends BedrockServerTest {

    @ParameterizedTest
    @CsvSource({
        "us.anthropic.claude-sonnet-4-20250514-v1:0, us.anthropic.claude-sonnet-4-20250514-v1%3A0",
        ARN + ", arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc",
        "a b+c~d%e, a%20b%2Bc~d%25e"
    })
    void theModelIsOneEncodedSegmentOfThePath(String model, String segment) throws Exception {
        server.enqueue(whole());
        server.enqueue(stream(Frames.stream(1)));
        CompletionRequest request =
                CompletionRequest.builder().model(model).user("Hello").build();
        assertThat(provider().completions(request).model()).isEqualTo(model);
        assertThat(CompletionCollector.collect(llm.stream(request)).get().content())
                .isEqualTo("x");
        RecordedRequest whole = server.takeRequest();
        assertThat(whole.getRequestLine()).isEqualTo("POST /model/" + segment + "/converse HTTP/1.1");
        assertThat(whole.getHeaders().get("Accept")).isEqualTo("application/json");
        RecordedRequest stream = server.takeRequest();
        assertThat(stream.getRequestLine()).isEqualTo("POST /model/" + segment + "/converse-stream HTTP/1.1");
        assertThat(stream.getHeaders().get("Accept")).isEqualTo(Frames.TYPE);
    }

    @Test
    void theDefaultModelIsUsedAndRequired() throws Exception {
        server.enqueue(whole());
        provider().completions(CompletionRequest.of("Hello"));
        assertThat(server.takeRequest().getTarget()).isEqualTo("/model/m/converse");
        llm.close();
        provider(builder -> builder.defaultModel("").apiKey("k"));
        Secrets.assertFails(Kind.INVALID_REQUEST, () -> llm.completions(CompletionRequest.of("Hello")))
                .contains("default_model");
    }

    @Test
    void eachAttemptIsSignedWithTheCurrentCredentials() throws Exception {
        server.enqueue(reply(503, "{}"));
        server.enqueue(stream(Frames.exception("throttlingException", "{\"message\":\"wait\"}")));
        server.enqueue(stream(Frames.stream(1)));
        AtomicInteger lookups = new AtomicInteger();
        AwsCredentialsSource source = () -> {
            fake.now = fake.now.plus(Duration.ofMinutes(10));
            return new AwsCredentials("AKID" + lookups.incrementAndGet(), Secrets.KEY, Secrets.TOKEN);
        };
        provider(builder -> builder.credentials(source).retries(RETRY_AT_ONCE));
        CompletionCollector.collect(llm.stream(CompletionRequest.of("Hello"))).get();
        for (int i = 1; i <= 3; i++) {
            RecordedRequest request = server.takeRequest();
            assertThat(request.getHeaders().get("Authorization"))
                    .startsWith("AWS4-HMAC-SHA256 Credential=AKID" + i + "/20260301/us-east-1/bedrock/aws4_request, ");
            assertThat(request.getHeaders().get("X-Amz-Date")).isEqualTo("20260301T12" + i + "000Z");
            assertThat(request.getHeaders().get("X-Amz-Security-Token")).isEqualTo(Secrets.TOKEN);
        }
    }

    @Test
    void anExceptionAfterTheFirstEventIsNotRetried() {
        server.enqueue(stream(
                Frames.join(Frames.text(0, "x"), Frames.exception("throttlingException", "{\"message\":\"wait\"}"))));
        provider(builder -> builder.apiKey("k").retries(RETRY_AT_ONCE));
        LlmException failure =
                Recorder.of(llm.stream(CompletionRequest.of("Hello"))).awaitFailure(LlmException.class);
        assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void anUnusableAnswerIsNotRetriedAndHasItsUsage() {
        server.enqueue(reply(200, GoldenFiles.text("response/malformed-tool-use.json")));
        server.enqueue(stream(GoldenFiles.frames("stream/malformed-tool-use-empty.frames")));
        provider(builder -> builder.apiKey("k").retries(RETRY_AT_ONCE));
        assertThatThrownBy(() -> llm.completions(CompletionRequest.of("Hello")))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.SERVER);
                    assertThat(e.retryable()).as("retryable by the caller").isTrue();
                    assertThat(e.answer().orElseThrow().content()).isEqualTo("<x>");
                    assertThat(e.answer().orElseThrow().usage().orElseThrow().outputTokens())
                            .isEqualTo(7);
                });
        LlmException streamed =
                Recorder.of(llm.stream(CompletionRequest.of("Hello"))).awaitFailure(LlmException.class);
        assertThat(streamed.answer().orElseThrow().usage()).isPresent();
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void aFailureInAStreamHasTheRequestIdAndRetryDelayOfTheHead() {
        server.enqueue(stream(Frames.exception("throttlingException", "{\"message\":\"Too many tokens per day\"}"))
                .newBuilder()
                .setHeader("x-amzn-requestid", "r-1")
                .setHeader("Retry-After", "60")
                .build());
        server.enqueue(stream(Frames.text(0, "x"))
                .newBuilder()
                .setHeader("x-amzn-requestid", "r-2")
                .build());
        provider(builder -> builder.apiKey("k"));
        LlmException throttled =
                Recorder.of(llm.stream(CompletionRequest.of("Hello"))).awaitFailure(LlmException.class);
        assertThat(throttled.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(throttled.retryAfter()).contains(Duration.ofMinutes(1));
        assertThat(throttled.requestId()).isEqualTo("r-1");
        LlmException cut =
                Recorder.of(llm.stream(CompletionRequest.of("Hello"))).awaitFailure(LlmException.class);
        assertThat(cut.kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        assertThat(cut.requestId()).isEqualTo("r-2");
    }

    @ParameterizedTest
    @CsvSource({"200, INCOMPLETE_STREAM", "202, PROTOCOL", "204, PROTOCOL"})
    void aSuccessWithoutABodyIsReported(int status, Kind kind) {
        server.enqueue(reply(status, ""));
        provider(builder -> builder.apiKey("secret"));
        Secrets.assertFails(kind, () -> llm.completions(CompletionRequest.of("Hello")))
                .contains("answered " + status + " with an empty body instead of an answer. Check the endpoint.");
    }

    @Test
    void anApiKeyReplacesTheSignature() throws Exception {
        server.enqueue(whole());
        server.enqueue(whole());
        provider(builder -> builder.apiKey(Secrets.KEY)).completions(CompletionRequest.of("Hello"));
        llm.close();
        fake.set("AWS_BEARER_TOKEN_BEDROCK", Secrets.KEY);
        provider(builder -> builder).completions(CompletionRequest.of("Hello"));
        for (int i = 0; i < 2; i++) {
            RecordedRequest request = server.takeRequest();
            assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer " + Secrets.KEY);
            assertThat(request.getHeaders().names()).noneMatch(name -> name.regionMatches(true, 0, "x-amz", 0, 5));
        }
    }

    @Test
    void credentialsAndRegionOfARequestAreUsedForThatRequestOnly() throws Exception {
        server.enqueue(whole());
        server.enqueue(whole());
        CallOptions own = CallOptions.builder()
                .credential(BedrockProvider.ACCESS_KEY_ID, "AKIDOWN")
                .credential(BedrockProvider.SECRET_ACCESS_KEY, "S3CR3Town")
                .credential(BedrockProvider.SESSION_TOKEN, "owntoken")
                .credential(BedrockProvider.REGION, "eu-west-1")
                .build();
        provider(builder -> builder.apiKey("k"))
                .completions(
                        CompletionRequest.builder().user("Hello").options(own).build());
        llm.completions(CompletionRequest.of("Hello"));
        RecordedRequest request = server.takeRequest();
        assertThat(request.getHeaders().get("Authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=AKIDOWN/20260301/eu-west-1/bedrock/aws4_request, ");
        assertThat(request.getHeaders().get("X-Amz-Security-Token")).isEqualTo("owntoken");
        assertThat(request.getHeaders().toString()).doesNotContain("S3CR3T").doesNotContain("aws_region");
        assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer k");
        assertThat(own.toString()).doesNotContain("S3CR3T");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Amzn-Bedrock-GuardrailIdentifier", "x-amzn-bedrock-guardrailversion"})
    void aHeaderCannotChangeTheGuardrail(String name) throws Exception {
        CompletionRequest request = CompletionRequest.builder()
                .user("Hello")
                .options(CallOptions.builder().header(name, "gr-2").build())
                .build();
        provider(builder -> builder.apiKey("k").guardrail("gr-1", "3"));
        assertThatThrownBy(() -> llm.completions(request))
                .isInstanceOfSatisfying(
                        LlmException.class,
                        e -> assertThat(e.refusedBeforeSending()).isTrue())
                .hasMessageContaining("guardrail");
        assertThat(server.getRequestCount()).isZero();
        llm.close();
        server.enqueue(whole());
        provider(builder -> builder.apiKey("k").guardrail("gr-1", "3").guardrailReplaceable(true));
        llm.completions(request);
        assertThat(server.takeRequest().getHeaders().get(name)).isEqualTo("gr-2");
    }

    @ParameterizedTest
    @CsvSource({
        "aws_secret_access_key, S3CR3T, CONFIGURATION",
        "aws_session_token, S3CR3T, CONFIGURATION",
        "aws_access_key_id, AKIDOWN, CONFIGURATION",
        "aws_region, evil.example/, INVALID_REQUEST"
    })
    void incompleteCredentialsOrAnInvalidRegionOfARequestAreRefused(String name, String value, Kind kind) {
        CompletionRequest request = CompletionRequest.builder()
                .user("Hello")
                .options(CallOptions.builder().credential(name, value).build())
                .build();
        provider();
        Secrets.assertFails(kind, () -> llm.completions(request));
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void theErrorForAnInvalidKeyHasNoKey() {
        provider(builder -> builder.apiKey("S3CR3T\nS3CR3T"));
        assertThatThrownBy(() -> llm.completions(CompletionRequest.of("Hello"))).satisfies(e -> {
            for (Throwable t = e; t != null; t = t.getCause()) {
                assertThat(t.toString()).doesNotContain("S3CR3T");
            }
        });
    }

    @Test
    void theFamilyComesFromTheModelUnlessItIsSet() throws Exception {
        CompletionRequest request = CompletionRequest.builder()
                .model(ARN)
                .assistant("Hi.")
                .user("Hello")
                .build();
        server.enqueue(whole());
        server.enqueue(whole());
        provider(builder -> builder.apiKey("k")).completions(request);
        llm.close();
        provider(builder -> builder.apiKey("k").family(ModelFamily.ANTHROPIC)).completions(request);
        assertThat(server.takeRequest().getBody().utf8()).contains("Continue.");
        assertThat(server.takeRequest().getBody().utf8()).doesNotContain("Continue.");
    }

    @ParameterizedTest
    @CsvSource({
        "us.anthropic.claude-sonnet-4-20250514-v1:0, ANTHROPIC",
        "meta.llama3-70b-instruct-v1:0, META",
        "mistral.mistral-large-2402-v1:0, MISTRAL",
        "qwen.qwen3-32b-v1:0, QWEN",
        "eu.amazon.nova-pro-v1:0, NOVA",
        "amazon.titan-text-premier-v1:0, OTHER",
        ARN + ", OTHER"
    })
    void theFamilyOfAModelId(String model, ModelFamily family) {
        assertThat(ModelFamily.of(model)).isEqualTo(family);
    }

    /** The message of an application's exception may contain a secret. */
    @Test
    void theErrorForAFailedSourceHasItsTypeAndNotItsMessage() {
        CompletionRequest hello = CompletionRequest.of("Hello");
        provider(builder -> builder.apiKey(() -> {
            throw new IllegalStateException("the vault said " + Secrets.KEY);
        }));
        Secrets.assertFails(Kind.AUTHENTICATION, () -> llm.completions(hello))
                .contains("AWS key")
                .contains("IllegalStateException");
        llm.close();
        provider(builder -> builder.credentials(() -> {
            throw new IllegalStateException("the vault said " + Secrets.KEY);
        }));
        Secrets.assertFails(Kind.AUTHENTICATION, () -> llm.completions(hello)).contains("AWS credentials");
    }

    @Test
    void noFailureShowsASecretHeaderOfTheRequest() {
        String echo = "S3CR3T-cookie \u202eS3CR3T-token S3CR3T-key blue";
        server.enqueue(reply(400, "{\"message\":\"refused: " + echo + "\"}"));
        server.enqueue(reply(200, echo));
        provider(builder -> builder.apiKey("S3CR3T-key"));
        CompletionRequest request = CompletionRequest.builder()
                .user("Hello")
                .options(CallOptions.builder()
                        .header("Cookie", "S3CR3T-cookie")
                        .header("X-Proxy-Token", "S3CR3T-token")
                        .header("X-Team", "blue")
                        .build())
                .build();
        Secrets.assertFails(Kind.INVALID_REQUEST, () -> llm.completions(request))
                .contains("refused: *** \u202e*** *** blue");
        Secrets.assertFails(Kind.PROTOCOL, () -> llm.completions(request)).contains("'*** *** *** blue'");
    }
}
