package dev.postern.spring.boot;

import static dev.postern.spring.boot.Contexts.QUESTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.testkit.WireServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** A whole application with Spring MVC and Tomcat, with the Jackson that Boot manages. */
@Timeout(120)
class WebApplicationTest {
    @SpringBootConfiguration
    @EnableAutoConfiguration
    @RestController
    static class Application {
        private final LlmProvider llm;

        Application(LlmProvider llm) {
            this.llm = llm;
        }

        @GetMapping("/answer")
        CompletionResponse answer() {
            return llm.completions(QUESTION);
        }

        @GetMapping("/story")
        SseEmitter story() {
            return SseRelay.of(llm.stream(QUESTION));
        }
    }

    private static final WireServer SERVER = WireServer.openai();
    private static ConfigurableApplicationContext application;

    private final HttpClient browser = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        application = start(SERVER);
    }

    private static ConfigurableApplicationContext start(WireServer model) {
        return SpringApplication.run(
                Application.class,
                "--server.port=0",
                "--postern.base-url=" + model.url(),
                "--postern.model=small",
                "--postern.retries.max-attempts=1",
                "--management.endpoint.health.show-details=always",
                "--management.endpoints.web.exposure.include=health,postern,metrics",
                "--spring.main.banner-mode=off");
    }

    @AfterAll
    static void stop() {
        application.close();
        SERVER.close();
    }

    private HttpRequest.Builder at(String path) {
        return at(application, path);
    }

    private static HttpRequest.Builder at(ConfigurableApplicationContext server, String path) {
        return HttpRequest.newBuilder(
                URI.create("http://localhost:" + server.getEnvironment().getProperty("local.server.port") + path));
    }

    private String get(String path) throws IOException, InterruptedException {
        return browser.send(at(path).build(), BodyHandlers.ofString()).body();
    }

    private static List<JsonObject> events(String body) {
        return body.lines()
                .filter(line -> line.startsWith("data:"))
                .map(line -> Json.object(line.substring(5)))
                .toList();
    }

    @Test
    void relaysAStreamAndAnAnswerAndShowsHealthAndMeters() throws Exception {
        SERVER.answer("Once", " upon", "\n\na time — 時").answer("Paris");

        HttpResponse<String> story = browser.send(at("/story").build(), BodyHandlers.ofString());

        assertThat(story.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        assertThat(events(story.body()))
                .filteredOn(event -> event.text("type").equals("content_delta"))
                .extracting(event -> event.text("delta"))
                .containsExactly("Once", " upon", "\n\na time — 時");
        assertThat(events(story.body())).extracting(event -> event.text("type")).contains("message_stop");

        assertThat(get("/answer")).contains("Paris");
        assertThat(get("/actuator/health")).contains("\"postern\":{").contains("answers and lists 1 models");
        assertThat(get("/actuator/metrics")).contains("gen_ai.client.inference.usage.input_tokens");
        assertThat(Json.object(get("/actuator/postern")).text("defaultBackend")).isEqualTo("openai");
        HttpResponse<String> reloaded = browser.send(
                at("/actuator/postern")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        assertThat(reloaded.statusCode()).isEqualTo(200);
    }

    @Test
    void aFailureIsTheLastEvent() throws Exception {
        SERVER.error(400, "The request is odd.").answer("a", "b").cutAfter(1);

        assertThat(events(get("/story"))).singleElement().satisfies(event -> {
            assertThat(event.text("type")).isEqualTo("error");
            assertThat(event.text("detail")).contains("The request is odd.");
        });
        assertThat(events(get("/story")))
                .extracting(event -> event.text("type"))
                .containsExactly("content_delta", "error");
    }

    @Test
    void theExchangeWithTheModelEndsWhenTheBrowserGoes() throws Exception {
        String[] pieces =
                Collections.nCopies(20_000, "x".repeat(500)).toArray(String[]::new); // more than sockets buffer
        int request = SERVER.requests().size();
        SERVER.answer(pieces);

        InputStream story =
                browser.send(at("/story").build(), BodyHandlers.ofInputStream()).body();
        BufferedReader lines = new BufferedReader(new InputStreamReader(story, StandardCharsets.UTF_8));
        assertThat(lines.readLine()).startsWith("data:{\"type\":\"content_delta\"");
        story.close();

        SERVER.awaitClosed(request);
    }

    @Test
    @Tag("full")
    void aStreamFinishesWhileTheApplicationStops() throws Exception {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        CountDownLatch stopping = new CountDownLatch(1);
        try (WireServer model = WireServer.openai().answer("Once", " upon").heldUntil(gate)) {
            ConfigurableApplicationContext other = start(model);
            other.addApplicationListener(event -> {
                if (event instanceof ContextClosedEvent) {
                    stopping.countDown();
                }
            });
            CompletableFuture<HttpResponse<String>> story =
                    browser.sendAsync(at(other, "/story").build(), BodyHandlers.ofString());
            model.awaitExchange(0);

            CompletableFuture<Void> closed = CompletableFuture.runAsync(other::close);
            assertThat(stopping.await(30, TimeUnit.SECONDS)).isTrue();
            gate.complete(null);

            assertThat(events(story.get(60, TimeUnit.SECONDS).body()))
                    .extracting(event -> event.text("type"))
                    .contains("message_stop");
            closed.get(60, TimeUnit.SECONDS);
        }
    }
}
