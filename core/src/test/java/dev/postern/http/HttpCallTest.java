package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpCallTest {

    @ParameterizedTest
    @CsvSource({
        "http://localhost:11434/v1/chat, http://localhost:11434/v1/chat",
        "https://api.example.com, https://api.example.com",
        "https://user:secret@api.example.com/v1, https://api.example.com/v1",
        "https://api.example.com/v1?api-key=secret&a=b, https://api.example.com/v1",
        "https://api.example.com/v1#secret, https://api.example.com/v1",
        "http://[::1]:8080/v1, http://[::1]:8080/v1",
        "https://user:secret@not_a_host:80/v1, https://not_a_host:80/v1",
    })
    void anAddressIsShownWithoutSecrets(URI uri, String shown) {
        assertThat(HttpCall.shown(uri)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "http//host/v1, http//host/v1",
        "https://user:pass word@host/v1, https://host/v1",
        "https://user:p@ss word@host/v1, https://host/v1",
        "user:pass word@host/v1, host/v1",
        "https://ho st/v1?api-key=secret, https://ho st/v1",
        "https://user:pa?ss word@host/v1, https://...",
        "https://ho st/v1?key=secret@more, https://...",
    })
    void anInvalidAddressIsMasked(String address, String masked) {
        assertThat(HttpCall.masked(address)).isEqualTo(masked);
    }

    @Test
    void toStringHasNamesOfHeadersButNoValues() {
        HttpCall call = HttpCall.post(
                URI.create("https://me:secret@host/path?key=secret"),
                Map.of("Authorization", "Bearer secret"),
                "secret".getBytes(UTF_8));

        assertThat(call.toString())
                .contains("POST https://host/path", "Authorization", "6 bytes")
                .doesNotContain("secret");
    }

    @Test
    void theHeadersAreCopied() {
        Map<String, String> headers = new HashMap<>(Map.of("a", "b"));
        HttpCall call = HttpCall.get(URI.create("http://host"), headers);

        headers.put("c", "d");

        assertThat(call.headers()).containsExactly(Map.entry("a", "b"));
    }

    /** From JDK 26 on, it cuts healthy streams. */
    @Test
    void theJdksOwnTimeoutIsNotUsed() {
        HttpCall call = HttpCall.post(URI.create("http://host"), Map.of(), new byte[1]);

        assertThat(call.toRequest(Version.HTTP_1_1).timeout()).isEmpty();
        assertThat(call.toRequest(Version.HTTP_1_1).version()).hasValue(Version.HTTP_1_1);
    }

    @Test
    void aReplyFindsHeadersInAnyCaseAndShowsNoContent() {
        HttpReply reply = new HttpReply(
                URI.create("http://host/path?key=secret"),
                200,
                HttpHeaders.of(
                        Map.of("Content-TYPE", List.of("Text/Event-Stream; charset=utf-8")), (name, value) -> true),
                "secret".getBytes(UTF_8));

        assertThat(reply.header("content-type")).isEqualTo("Text/Event-Stream; charset=utf-8");
        assertThat(reply.mediaType()).isEqualTo("text/event-stream");
        assertThat(reply.header("none")).isEmpty();
        assertThat(reply.isSuccess()).isTrue();
        assertThat(reply.toString()).isEqualTo("200 from http://host/path, 6 bytes");
    }
}
