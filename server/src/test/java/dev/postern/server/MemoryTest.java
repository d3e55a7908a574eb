package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.server.http.Limits;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Limits for the memory of request bodies, for each body and for all together. */
class MemoryTest {
    private final FakeBackend main = new FakeBackend("main");

    private static String withText(int characters) {
        return HELLO.replace("Hello", "x".repeat(characters));
    }

    private static String withExtra(String json) {
        return HELLO.replaceFirst("}$", ",\"extra\":{\"x\":" + json + "}}");
    }

    @Test
    void theNumberOfValuesInABodyIsLimited() throws IOException {
        try (TestServer served = TestServer.of(main)) {
            String many = "[" + "[],".repeat(1_300_000) + "[]]"; // 4 MB, which would be 256 MB of heap
            for (String path : new String[] {COMPLETIONS, STREAM, "/api/v1/agents"}) {
                RawClient.Answer answer = served.post(path, withExtra(many));

                assertThat(answer.status()).isEqualTo(413);
                assertThat(TestServer.field(answer, "detail"))
                        .isEqualTo("The body has more than 200000 JSON values; send less.");
            }
            assertThat(main.requests).isEmpty();
            String some = "[" + "[],".repeat(100_000) + "[]]";
            assertThat(served.post(COMPLETIONS, withExtra(some)).status()).isEqualTo(200);
            assertThat(served.post(COMPLETIONS, withText(2_000_000)).status()).isEqualTo(200);
        }
    }

    @Test
    void bodiesAboveTheSharedBudgetAreA503() throws IOException {
        Limits small = Limits.defaults().withMemory(1000, 500_000);
        try (TestServer served = TestServer.of(small, main);
                RawClient first = served.client();
                RawClient second = served.client()) {
            first.request("POST", STREAM, withText(150_000));
            FakeBackend.OpenStream one = main.stream(); // it uses 300 kB until it is answered

            RawClient.Answer full =
                    second.request("POST", COMPLETIONS, withText(150_000)).answer();
            assertThat(full.status()).isEqualTo(503);
            assertThat(full.header("Retry-After")).isEqualTo("1");
            assertThat(TestServer.field(full, "detail"))
                    .isEqualTo("The gateway has reached its memory limit for request bodies; send the request again.");
            assertThat(served.post(COMPLETIONS, HELLO).status()).isEqualTo(200); // a small one fits

            one.emit("Hi").emit(FakeBackend.stop()).complete();
            assertThat(first.answer().whole()).isTrue();
            RawClient.Answer now = null;
            for (int i = 0;
                    i < 100 && (now == null || now.status() == 503);
                    i++) { // the memory is released after the answer
                now = served.post(COMPLETIONS, withText(150_000));
            }
            assertThat(now.status()).isEqualTo(200);
        }
    }

    @Test
    void aBodyLargerThanTheBudgetIsTooLarge() throws IOException {
        try (TestServer served = TestServer.of(Limits.defaults().withMemory(1000, 500_000), main)) {
            assertThat(served.post(COMPLETIONS, withText(400_000)).status()).isEqualTo(413);
        }
    }

    /** A Content-Length alone uses no budget; otherwise a few idle clients could block all others. */
    @Test
    void anAnnouncedBodyThatIsNotSentBlocksNoOtherRequest() throws IOException {
        try (TestServer served = TestServer.of(Limits.defaults().withMemory(1000, 500_000), main);
                RawClient silent = served.client()) {
            silent.send("POST " + COMPLETIONS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 240000\r\n\r\n{");

            assertThat(served.post(COMPLETIONS, withText(150_000)).status()).isEqualTo(200);
        }
    }
}
