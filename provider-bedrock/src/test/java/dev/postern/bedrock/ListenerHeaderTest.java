package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.WireRequest;
import dev.postern.testkit.WireServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Headers of listeners on requests that are signed. */
@Timeout(60)
class ListenerHeaderTest {
    @Test
    void aListenersHeaderIsSentAndNotSigned() {
        List<String> refused = new ArrayList<>();
        CallListener tracing = call -> new CallListener.CallWatch() {
            @Override
            public CallListener.AttemptWatch attempt(CallListener.AttemptStart attempt) {
                attempt.header("traceparent", "attempt-" + attempt.number());
                attempt.header("Content-Type", "text/plain");
                for (String name : List.of("x-amz-date", "X-Amz-Security-Token", "Authorization", "Host")) {
                    try {
                        attempt.header(name, "changed");
                    } catch (IllegalArgumentException e) {
                        refused.add(name);
                    }
                }
                return CallListener.AttemptWatch.NONE;
            }
        };
        try (WireServer server = WireServer.bedrock().status(503).answer("Hello");
                LlmProvider llm = BedrockProvider.builder()
                        .endpoint(server.url())
                        .region("us-east-1")
                        .credentials(new AwsCredentials("AKIDEXAMPLE", "secret", ""))
                        .defaultModel("vendor.model-v1:0")
                        .retries(RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(1)))
                        .instrumentation(
                                Instrumentation.builder().listener(tracing).build())
                        .build()) {
            assertThat(llm.completions(CompletionRequest.of("Hi")).content()).isEqualTo("Hello");

            for (int attempt = 1; attempt <= 2; attempt++) {
                WireRequest sent = server.request(attempt - 1);
                assertThat(sent.header("traceparent")).isEqualTo("attempt-" + attempt);
                assertThat(sent.header("content-type")).isEqualTo("application/json"); // it is signed
                assertThat(sent.header("x-amz-date")).isNotEqualTo("changed");
                assertThat(sent.header("authorization"))
                        .startsWith("AWS4-HMAC-SHA256")
                        .contains("SignedHeaders=")
                        .doesNotContain("traceparent");
            }
        }
        assertThat(refused)
                .containsExactly(
                        "x-amz-date",
                        "X-Amz-Security-Token",
                        "Authorization",
                        "Host",
                        "x-amz-date",
                        "X-Amz-Security-Token",
                        "Authorization",
                        "Host");
    }
}
