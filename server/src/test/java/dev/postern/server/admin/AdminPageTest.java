package dev.postern.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.postern.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a real browser. Where there is no Chromium, the tests are skipped, unless the system property {@code postern.chromium} is
 * {@code required}.
 */
class AdminPageTest {
    private static final String HOSTILE =
            "<script>document.title='hacked'</script><img src=x onerror=\"document.title='hacked'\">";

    private HttpServer server;
    private volatile String state = "{}";
    private volatile int status = 200;
    private volatile String appended = "";

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/admin/state", exchange -> answer(exchange, status, state, Map.of()));
        server.createContext(
                "/admin",
                exchange -> answer(
                        exchange,
                        200,
                        new String(AdminPage.bytes(), StandardCharsets.UTF_8) + appended,
                        AdminPage.headers()));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, int status, String text, Map<String, String> headers)
            throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        headers.forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** The document after its scripts ran. */
    private String dom() throws Exception {
        Path browser = browser();
        Path out = folder.resolve("dom.html");
        List<String> command = new ArrayList<>(List.of(
                browser.toString(),
                "--headless",
                "--no-sandbox", // the tests may run as root
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--user-data-dir=" + folder.resolve("profile"),
                "--virtual-time-budget=3000",
                "--dump-dom",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/admin"));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(out);
    }

    private static Path browser() {
        Path found = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        if (!"required".equals(System.getProperty("postern.chromium"))) {
            Assumptions.assumeTrue(found != null, "Skipped: there is no Chromium at /usr/bin.");
        }
        assertThat(found).as("Chromium is required").isNotNull();
        return found;
    }

    private static String state(String text) {
        Map<String, Object> backend = Map.ofEntries(
                Map.entry("name", text),
                Map.entry("default", true),
                Map.entry("available", false),
                Map.entry(
                        "unavailable",
                        List.of(Map.of(
                                "model", text, "kind", "quota", "since", "2026-01-02T03:04:05Z", "message", text))),
                Map.entry("health", Map.of("up", false, "detail", text)),
                Map.entry("open", 1),
                Map.entry("answered", 12345),
                Map.entry("failed", 2),
                Map.entry("cancelled", 3),
                Map.entry("recent_attempts", 10),
                Map.entry("recent_failures", 5),
                Map.entry("tokens_in", 1000),
                Map.entry("tokens_out", 200),
                Map.entry("first_token_ms", 312),
                Map.entry("cost", Map.of("amount", "0.25", "currency", text, "unpriced_attempts", 1)));
        Map<String, Object> request = Map.of(
                "request_id",
                text,
                "route",
                text,
                "key",
                text,
                "tenant",
                text,
                "backend",
                text,
                "model",
                text,
                "age_ms",
                1500);
        Map<String, Object> failure = Map.of(
                "time", "2026-01-02T03:04:05Z",
                "request_id", text,
                "backend", text,
                "model", text,
                "kind", "server",
                "status", 500,
                "message", text);
        return Json.text(Map.of(
                "time",
                "2026-01-02T03:04:05Z",
                "started",
                "2026-01-02T03:04:05Z",
                "config_reload_error",
                text,
                "requests",
                Map.of("open", 1, "streams", 1, "begun", 20),
                "rate_minutes",
                5,
                "backends",
                List.of(backend),
                "open_requests",
                List.of(request),
                "failures",
                List.of(failure)));
    }

    @Test
    void showsTheStateAndItsPolicyAllowsItsOwnScriptAndStyle() throws Exception {
        state = state("main");
        String dom = dom();

        assertThat(dom)
                .contains(
                        ">main (default)</th>",
                        ">unavailable</span>",
                        ">12,345</td>",
                        ">2.0</td>",
                        ">50 %</td>",
                        ">312 ms</td>")
                .contains("main: quota since ", ">0.25 main", "and 1 without a price", ">1.5 s</td>", "As of ")
                .contains("id=\"ask\" aria-labelledby=\"ask-title\" hidden");
    }

    @Test
    void hostileTextsAreTextsOnly() throws Exception {
        state = state(HOSTILE);
        String dom = dom();

        assertThat(dom).contains("<title>Postern</title>").doesNotContain("<img");
        assertThat(dom.split("&lt;script&gt;document.title='hacked'&lt;/script&gt;&lt;img src=x", -1))
                .as("each of the texts is shown")
                .hasSizeGreaterThan(15);
        assertThat(dom.split("<script>", -1)).as("its own script").hasSize(2);
    }

    @Test
    void thePolicyStopsMarkupThatGotIntoThePage() throws Exception {
        state = state("main");
        appended = HOSTILE + "<style>#data{display:none}</style>";
        String dom = dom();

        assertThat(dom).contains("<title>Postern</title>", "<img", ">main (default)</th>");
    }

    @Test
    void withoutAnAcceptedKeyItAsksForOneAndShowsNothing() throws Exception {
        status = 401;
        state = "{\"detail\":\"no key\"}";
        String dom = dom();

        assertThat(dom)
                .contains("This server asks for a key.", "id=\"data\" hidden")
                .doesNotContain("id=\"ask\" aria-labelledby=\"ask-title\" hidden");
    }

    @Test
    void itsHeadersKeepItOutOfFramesAndLoadNothingFromElsewhere() {
        assertThat(AdminPage.headers().get("Content-Security-Policy"))
                .startsWith("default-src 'none'; script-src 'sha256-")
                .contains("frame-ancestors 'none'", "connect-src 'self'", "form-action 'none'", "base-uri 'none'")
                .doesNotContain("unsafe", "http:", "https:", "*");
        assertThat(AdminPage.headers())
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("Cache-Control", "no-store");
        assertThat(new String(AdminPage.bytes(), StandardCharsets.UTF_8))
                .doesNotContain(
                        "http://", "https://", "innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(")
                .doesNotContainPattern(" on[a-z]+=| style=");
    }
}
