package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpTransport;
import dev.postern.http.RetryPolicy;
import dev.postern.http.WireLog;
import dev.postern.http.WireRecorder;
import java.net.http.HttpClient;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The settings of a provider. */
class OpenAiProviderBuilderTest extends MockServerTest {

    @Test
    void namesTheInvalidSetting() {
        assertThatThrownBy(() -> OpenAiProvider.builder().baseUrl("localhost").build())
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessageStartingWith("base_url: ");
        assertThatThrownBy(() -> OpenAiProvider.builder().maxEventBytes(0).build())
                .hasMessage("max_event_bytes: must be at least 1, but is 0.");
        assertThatThrownBy(() -> OpenAiProvider.builder().maxResponseBytes(0).build())
                .hasMessage("max_response_bytes: must be at least 1, but is 0.");
    }

    @Test
    void refusesSettingsThatBelongToTheTransport() {
        try (HttpTransport shared = HttpTransport.builder().build()) {
            for (UnaryOperator<OpenAiProviderBuilder> setting : List.<UnaryOperator<OpenAiProviderBuilder>>of(
                    it -> it.httpClient(HttpClient.newHttpClient()),
                    it -> it.retries(RetryPolicy.none()),
                    it -> it.http2(true),
                    it -> it.wireLog(WireLog.lines()),
                    it -> it.recorder(new WireRecorder(1, 1000)))) {
                assertThatThrownBy(() -> setting.apply(OpenAiProvider.builder().transport(shared))
                                .build())
                        .isInstanceOfSatisfying(
                                LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION));
            }
        }
    }

    @Test
    void doesNotCloseASharedTransport() {
        server.enqueue(whole());
        try (HttpTransport shared =
                HttpTransport.builder().retries(RetryPolicy.none()).build()) {
            OpenAiProvider.builder().transport(shared).build().close();
            OpenAiProvider second = OpenAiProvider.builder()
                    .baseUrl(server.url("/v1").toString())
                    .transport(shared)
                    .build();
            assertThat(second.completions(CompletionRequest.of("Hello")).content())
                    .isEqualTo("Hi");
        }
    }

    @Test
    void limitsTheSizeOfAnswers() {
        server.enqueue(whole());
        server.enqueue(stream());
        OpenAiProvider small = provider(it -> it.maxResponseBytes(50).maxEventBytes(50));
        assertThatThrownBy(() -> small.completions(CompletionRequest.of("Hello")))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PROTOCOL));
        assertThatThrownBy(() -> CompletionCollector.collect(small.stream(CompletionRequest.of("Hello")))
                        .join())
                .hasCauseInstanceOf(LlmException.class)
                .hasMessageContaining("50 bytes");
    }
}
