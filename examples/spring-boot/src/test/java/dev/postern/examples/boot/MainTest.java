package dev.postern.examples.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** The example answers at the addresses that it prints. */
class MainTest {
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    private String get(String path) throws Exception {
        Matcher address = Pattern.compile("'(http://localhost:\\d+" + Pattern.quote(path) + "\\?[^']+)'")
                .matcher(output.toString(StandardCharsets.UTF_8));
        assertThat(address.find()).as(path).isTrue();
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(address.group(1))).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void answersAndStreamsWithoutASetting() throws Exception {
        PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
        try (ConfigurableApplicationContext application = Main.run(Map.of(), out, "--server.port=0")) {
            assertThat(application.isActive()).isTrue();
            assertThat(get("/answer")).isEqualTo("Paris");
            assertThat(get("/story")).contains("\"type\":\"content_delta\"").contains("\"type\":\"message_stop\"");
        }
    }

    /** The first example of the documentation is this application, and a reader can take it in at once. */
    @Test
    void theDocumentationShowsTheApplication() throws Exception {
        String source = Files.readString(Path.of("src/main/java/dev/postern/examples/boot/StoryApplication.java"))
                .replaceFirst("(?s)^package .*?\n\n", "");

        assertThat(Files.readString(Path.of("../../docs/spring-boot.md"))).contains("```java\n" + source + "```");
        assertThat(source.lines()).hasSizeLessThanOrEqualTo(30);
    }
}
