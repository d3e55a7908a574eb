package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of {@link ProviderContract} on errors of the server. Extend that class. */
public abstract sealed class ErrorContract extends CutContract permits ProviderContract {
    /** For the next part. */
    ErrorContract() {}

    @ParameterizedTest
    @CsvSource({
        "400, INVALID_REQUEST",
        "401, AUTHENTICATION",
        "403, PERMISSION",
        "404, NOT_FOUND",
        "429, RATE_LIMITED",
        "500, SERVER",
        "503, OVERLOADED"
    })
    void eachStatusHasItsKind(int status, Kind kind) {
        ScriptedServer server =
                server(exchange -> error(status, "Something is wrong.").to(exchange));
        LlmProvider provider = patient(server);

        LlmException whole = failure(provider);
        LlmException streamed = Recorder.of(provider.stream(request())).awaitFailure(LlmException.class);

        for (LlmException failure : List.of(whole, streamed)) {
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.status()).hasValue(status);
            assertThat(failure.backend()).isEqualTo(backend(provider));
            assertThat(failure.serverMessage()).contains("Something is wrong.");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 429, 500, 503})
    void theKeyIsHiddenIfTheServerEchoesIt(int status) {
        ScriptedServer server = server(
                exchange -> error(status, "Incorrect API key provided: " + KEY + ".")
                        .to(exchange),
                exchange -> exchange.answer(
                        status, "text/html", "<p>" + KEY + "</p>", "X-Request-Id: " + KEY, "Server: " + KEY));
        LlmProvider provider = patient(server);

        for (int call = 0; call < 2; call++) {
            assertKeyIsNotShown(failure(provider));
        }
        assertThat(provider.toString()).doesNotContain(KEY);
    }

    @Test
    void theKeyIsHiddenIfTheConnectionFails() {
        ScriptedServer server = server(WireExchange::close);
        LlmProvider provider = patient(server);

        LlmException failure = failure(provider);
        assertThat(failure.kind()).isEqualTo(Kind.CONNECTION);
        assertKeyIsNotShown(failure);

        server.close();
        LlmException refused = failure(provider);
        assertThat(refused.kind()).isEqualTo(Kind.CONNECTION);
        assertKeyIsNotShown(refused);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void noRedirectIsFollowed(int status) {
        ScriptedServer redirectTarget =
                server(exchange -> answer("Unexpected target of a redirect").to(exchange));
        ScriptedServer server = server(exchange -> exchange.answer(
                status, "text/plain", "moved", "Location: " + redirectTarget.uri() + "/redirectTarget"));
        LlmProvider provider = provider(server, PATIENT, RETRIES);

        assertKeyIsNotShown(failure(provider));
        assertThat(redirectTarget.connections()).isZero();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void anAnswerOfAnotherKindOfServerFailsWithProtocol() {
        ScriptedServer server = server(exchange -> exchange.answer(200, "text/html", "<h1>It works!</h1>"));
        LlmProvider provider = patient(server);

        assertThat(failure(provider).kind()).isEqualTo(Kind.PROTOCOL);
        Recorder<StreamEvent> stream = Recorder.of(provider.stream(request()));
        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.PROTOCOL);
    }
}
