package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.gateway.Gateway;
import dev.postern.openai.RequestHeaders.Headers;
import dev.postern.openai.ServerProfile.KeyHeader;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadersTest {

    /** The key, the bearer token and the request's own key; then the headers that are sent. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            BEARER  | sk-key | -     | ''     | Bearer sk-key | -
            BEARER  | -      | token | ''     | Bearer token  | -
            BEARER  | sk-key | token | ''     | Bearer token  | -
            BEARER  | sk-key | -     | sk-own | Bearer sk-own | -
            BEARER  | sk-key | token | sk-own | Bearer sk-own | -
            BEARER  | -      | -     | sk-own | Bearer sk-own | -
            BEARER  | -      | -     | ''     | -             | -
            BEARER  | ''     | -     | ''     | -             | -
            BEARER  | '  '   | -     | ''     | -             | -
            BEARER  | ' sk-key\\n' | - | ''    | Bearer sk-key | -
            BEARER  | -      | ' token\\r\\n' | '' | Bearer token | -
            BEARER  | -      | -     | ' sk-own\\n' | Bearer sk-own | -
            API_KEY | sk-key | -     | ''     | -             | sk-key
            API_KEY | -      | token | ''     | Bearer token  | -
            API_KEY | sk-key | token | ''     | Bearer token  | -
            API_KEY | sk-key | token | sk-own | -             | sk-own
            API_KEY | ' sk-key\\n' | - | ''    | -             | sk-key
            """)
    void putsTheKeyIntoTheHeaderOfTheProfile(
            KeyHeader place, String key, String token, String own, String authorization, String apiKey) {
        CallOptions options = CallOptions.builder().apiKey(unescaped(own)).build();
        Headers headers = credentials(place, key, token, Map.of()).headers(options, false);
        assertThat(headers.values().get("Authorization")).isEqualTo(authorization);
        assertThat(headers.values().get("api-key")).isEqualTo(apiKey);
    }

    @Test
    void sendsContentTypeAndAccept() {
        RequestHeaders none = credentials(KeyHeader.BEARER, null, null, Map.of());
        assertThat(none.headers(CallOptions.NONE, true).values())
                .containsOnly(
                        Map.entry("Content-Type", "application/json"),
                        Map.entry("Accept", "text/event-stream"),
                        Map.entry("User-Agent", "postern"));
        assertThat(none.withoutBody().values()).containsOnlyKeys("Accept", "User-Agent");
    }

    @Test
    void callsTheSupplierEachTime() {
        Iterator<String> keys = List.of("first", "second").iterator();
        RequestHeaders rotating = new RequestHeaders(KeyHeader.BEARER, keys::next, null, Map.of());
        assertThat(authorization(rotating)).isEqualTo("Bearer first");
        assertThat(authorization(rotating)).isEqualTo("Bearer second");
    }

    @Test
    void nullOfASupplierMeansNoKey() {
        RequestHeaders none = new RequestHeaders(KeyHeader.BEARER, () -> null, () -> null, Map.of());
        assertThat(authorization(none)).isNull();
    }

    @Test
    void errorNamesTheFailedSupplierButNotItsMessage() {
        Supplier<String> broken = () -> {
            throw new IllegalStateException("vault: sk-SECRET");
        };
        assertThatThrownBy(() -> authorization(new RequestHeaders(KeyHeader.BEARER, broken, null, Map.of())))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION);
                    assertThat(e).hasNoCause().hasMessageContaining("api_key").hasMessageNotContaining("SECRET");
                });
        assertThatThrownBy(() -> authorization(new RequestHeaders(KeyHeader.BEARER, null, broken, Map.of())))
                .hasMessageContaining("bearer token");
    }

    @Test
    void failedSupplierLeadsToTheFallback() {
        OpenAiProvider keyless = OpenAiProvider.builder()
                .baseUrl("http://localhost:1")
                .apiKey(() -> {
                    throw new IllegalStateException("the vault is closed");
                })
                .build();
        LlmProvider other = new LlmProvider() {
            @Override
            public String name() {
                return "other";
            }

            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                return CompletableFuture.completedFuture(
                        CompletionResponse.builder().content("Hi").build());
            }
        };
        try (Gateway gateway = Gateway.builder()
                .backend("main", keyless)
                .backend("other", other)
                .defaultBackend("main")
                .fallbacks("main", List.of("other"))
                .build()) {
            assertThat(gateway.completions(CompletionRequest.of("Hello")).content())
                    .isEqualTo("Hi");
        }
    }

    @Test
    void keepsAnLlmExceptionOfASupplier() {
        LlmException thrown = new LlmException(Kind.AUTHENTICATION, "log in first");
        Supplier<String> refusing = () -> {
            throw thrown;
        };
        assertThatThrownBy(() -> authorization(new RequestHeaders(KeyHeader.BEARER, refusing, null, Map.of())))
                .isSameAs(thrown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "authorization", "AUTHORIZATION"})
    void headerOfTheRequestReplacesThatOfTheProviderInAnyCase(String name) {
        RequestHeaders credentials = credentials(KeyHeader.BEARER, "sk-key", null, Map.of(name, "Basic fixed"));
        assertThat(credentials.headers(CallOptions.NONE, false).values())
                .containsEntry(name, "Basic fixed")
                .hasSize(4);

        CallOptions own =
                CallOptions.builder().header("aUTHORIZATION", "Basic own").build();
        assertThat(credentials.headers(own, false).values())
                .containsEntry("aUTHORIZATION", "Basic own")
                .hasSize(4);
    }

    @Test
    void userCanReplaceEveryDefaultHeader() {
        CallOptions own = CallOptions.builder()
                .header("accept", "application/x-ndjson")
                .header("user-agent", "mine")
                .header("content-type", "application/json; charset=utf-8")
                .build();
        assertThat(credentials(KeyHeader.BEARER, null, null, Map.of())
                        .headers(own, false)
                        .values())
                .containsOnly(
                        Map.entry("accept", "application/x-ndjson"),
                        Map.entry("user-agent", "mine"),
                        Map.entry("content-type", "application/json; charset=utf-8"));
    }

    @Test
    void hidesEverySecret() {
        RequestHeaders credentials = credentials(
                KeyHeader.BEARER,
                "sk-key-0001",
                "token-0002",
                Map.of("X-Api-Key", "fixed-0003", "Proxy-Authorization", "Basic dXNlcg==", "X-Team", "blue"));
        CallOptions own = CallOptions.builder()
                .header("X-Secret", "own-0004")
                .header("X-Trace", "t1")
                .build();
        Headers headers = credentials.headers(own, false);

        assertThat(headers.secrets().redacted("sk-key-0001 token-0002 fixed-0003 dXNlcg== own-0004 blue t1"))
                .isEqualTo("*** *** *** *** *** blue t1");
        assertThat(headers.toString()).doesNotContain("000", "dXNlcg");
    }

    @Test
    void hidesASecretThatContainsAnother() {
        CallOptions own =
                CallOptions.builder().header("X-Token", "abcd-and-more").build();
        Headers headers = credentials(KeyHeader.BEARER, "abcd", null, Map.of()).headers(own, false);
        assertThat(headers.secrets().redacted("got abcd-and-more")).isEqualTo("got ***");
    }

    @Test
    void doesNotHideAVeryShortKey() {
        Headers headers = credentials(KeyHeader.BEARER, "abc", null, Map.of()).headers(CallOptions.NONE, false);
        assertThat(headers.secrets().redacted("abc is the beginning")).isEqualTo("abc is the beginning");
    }

    private static RequestHeaders credentials(KeyHeader place, String key, String token, Map<String, String> fixed) {
        return new RequestHeaders(
                place, key == null ? null : () -> unescaped(key), token == null ? null : () -> unescaped(token), fixed);
    }

    private static String authorization(RequestHeaders credentials) {
        return credentials.headers(CallOptions.NONE, false).values().get("Authorization");
    }

    private static String unescaped(String text) {
        return text.replace("\\n", "\n").replace("\\r", "\r");
    }
}
