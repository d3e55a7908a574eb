package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CorsTest {
    private static final Set<String> ALLOWED = Set.of("https://chat.example.com");
    private static final List<String> ORIGIN = List.of("https://Chat.example.com");
    private static final List<String> POST = List.of("POST");

    @Test
    void aListedOriginIsRepeated() {
        assertThat(Cors.headers(ALLOWED, ORIGIN))
                .containsEntry("Access-Control-Allow-Origin", "https://Chat.example.com")
                .containsEntry("Vary", "Origin")
                .containsKey("Access-Control-Expose-Headers")
                .doesNotContainKey("Access-Control-Allow-Credentials");
    }

    @Test
    void anotherOriginGetsNothingButVary() {
        assertThat(Cors.headers(ALLOWED, List.of("https://evil.example"))).containsOnlyKeys("Vary");
        assertThat(Cors.headers(ALLOWED, List.of())).containsOnlyKeys("Vary");
        assertThat(Cors.headers(ALLOWED, List.of("https://chat.example.com", "https://evil.example")))
                .containsOnlyKeys("Vary");
        assertThat(Cors.headers(Set.of(), ORIGIN)).isEmpty();
    }

    @Test
    void theQuestionOfABrowserIsAnswered() {
        assertThat(Cors.preflight(ALLOWED, "OPTIONS", ORIGIN, POST, "authorization, content-type"))
                .hasValueSatisfying(headers -> assertThat(headers)
                        .containsEntry("Access-Control-Allow-Origin", "https://Chat.example.com")
                        .containsEntry("Access-Control-Allow-Headers", "authorization, content-type")
                        .containsEntry("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE")
                        .containsEntry("Access-Control-Max-Age", "600")
                        .doesNotContainKey("Access-Control-Allow-Credentials"));
    }

    @Test
    void aHeaderCannotBreakTheAnswer() {
        assertThat(Cors.preflight(ALLOWED, "OPTIONS", ORIGIN, POST, "a\r\nSet-Cookie: b"))
                .hasValueSatisfying(headers -> assertThat(headers).doesNotContainKey("Access-Control-Allow-Headers"));
    }

    @Test
    void otherRequestsAreNoSuchQuestion() {
        assertThat(Cors.preflight(ALLOWED, "POST", ORIGIN, POST, "")).isEmpty();
        assertThat(Cors.preflight(ALLOWED, "OPTIONS", ORIGIN, List.of(), "")).isEmpty();
        assertThat(Cors.preflight(ALLOWED, "OPTIONS", List.of("https://evil.example"), POST, ""))
                .isEmpty();
        assertThat(Cors.preflight(Set.of(), "OPTIONS", ORIGIN, POST, "")).isEmpty();
    }
}
