package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.testkit.ScriptedServer;
import java.util.List;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The list of models, and the health of the server. */
class ModelsAndHealthTest extends MockServerTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"object":"list","data":[{"id":"a","object":"model"},{"id":"b"}]}            | a,b
            {"data":[]}                                                                  | ''
            {"object":"list","data":null}                                                | ''
            [{"id":"a"},{"id":"b","type":"chat"}]                                        | a,b
            {"models":[{"name":"a:latest","model":"a:latest"},{"name":"b"}]}             | a:latest,b
            {"data":[{"id":""},{"id":null},{"object":"model"},null,"x",{"id":"c"}]}      | c
            {"data":[{"id":"models/gemini-2.5-pro"}],"models":[{"name":"no"}]}           | models/gemini-2.5-pro
            """)
    void readsAllFormsOfTheListOfModels(String body, String names) throws InterruptedException {
        server.enqueue(reply(200, body));
        List<ModelInfo> models = provider(it -> it.apiKey(KEY)).listModels();
        assertThat(String.join(",", models.stream().map(ModelInfo::name).toList()))
                .isEqualTo(names);
        assertThat(models).allSatisfy(model -> {
            assertThat(model.backend()).isEqualTo("test");
            assertThat(model.capabilities()).containsExactly("chat", "tool_use");
        });
        RecordedRequest request = server.takeRequest();
        assertThat(request.getRequestLine()).isEqualTo("GET /v1/models HTTP/1.1");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer " + KEY);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 | <html></html>                                  | PROTOCOL
            200 | OK                                             | PROTOCOL
            200 | {"data":[                                      | PROTOCOL
            200 | {"error":{"message":"no","code":401}}          | AUTHENTICATION
            200 | {"hello":"world"}                              | PROTOCOL
            404 | {"detail":"Not Found"}                         | NOT_FOUND
            401 | {"error":"no"}                                 | AUTHENTICATION
            """)
    void failsWithoutAListOfModels(int status, String body, Kind kind) {
        server.enqueue(reply(status, body));
        assertThatThrownBy(() -> provider().listModels()).isInstanceOfSatisfying(LlmException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.backend()).isEqualTo("test");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 | {"data":[{"id":"a"},{"id":"b"}]} | true  | 'test' answers and lists 2 models.
            404 | Not Found                        | true  | 'test' answers but lists no models.
            429 | {"error":{"message":"slow"}}     | true  | 'test' answers, but the rate limit is reached.
            401 | {"error":{"message":"bad key"}}  | false | 'test' answered 401: bad key. Check the API key.
            403 | {"error":{"message":"not you"}}  | false | 'test' answered 403: not you. Check the permissions of the key.
            500 | {"error":{"message":"oops"}}     | false | 'test' answered 500: oops.
            307 |                                  | false | 'test' redirects (307)
            200 | <html>Sign in</html>             | false | 'test' answered with a web page
            """, quoteCharacter = '`')
    void isHealthyIfTheServerAnswers(int status, String body, boolean up, String detail) {
        server.enqueue(reply(status, body == null ? "" : body));
        ProviderHealth health = provider().health();
        assertThat(health.detail()).startsWith(detail);
        assertThat(health.up()).isEqualTo(up);
    }

    @Test
    void isNotHealthyIfNothingListens() {
        String address = server.url("/v1").toString();
        server.close();
        ProviderHealth health = provider(it -> it.baseUrl(address)).health();
        assertThat(health.up()).isFalse();
        assertThat(health.detail()).contains("Nothing listens at " + address + "/models");
    }

    @Test
    void isNotHealthyIfTheSupplierOfTheKeyFails() {
        ProviderHealth health = provider(it -> it.bearerToken(() -> {
                    throw new IllegalStateException(KEY);
                }))
                .health();
        assertThat(health.up()).isFalse();
        assertThat(health.detail()).contains("bearer token").doesNotContain(KEY);
    }

    /** Up to JDK 17, each call to such a server leaks a socket of the JDK's client. */
    @Test
    void serverWithoutHttpIsNotProbedAgainAtOnce() {
        try (ScriptedServer ssh = new ScriptedServer(
                exchange -> exchange.send("SSH-2.0-OpenSSH_9.2\r\n").close())) {
            OpenAiProvider llm = provider(it -> it.baseUrl(ssh.uri().toString()));

            for (int i = 0; i < 5; i++) {
                ProviderHealth health = llm.health();
                assertThat(health.up()).isFalse();
                assertThat(health.detail()).contains("does not speak HTTP");
            }

            assertThat(ssh.connections()).isOne();
        }
    }
}
