package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.server.standin.StandInServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ObservabilityTest {
    /** What differs from run to run: times, and how much had come before a cancellation. */
    private static String fixed(String text) {
        return text.replaceAll("\\d+ ms +", "N ms ")
                .replaceAll("(?m)^(cancelled .*?)~.*$", "$1")
                .strip();
    }

    @Test
    void printsWhatTheDocumentationShows() throws Exception {
        Console console = new Console();
        try (StandInServer server = StandInServer.start(Duration.ofMillis(10))) {
            Observability.run(server.baseUrl(), console.out);
        }
        List<String> printed =
                console.text().lines().map(ObservabilityTest::fixed).toList();

        assertThat(printed).hasSize(7);
        assertThat(printed.get(1)).startsWith("succeeds   ANSWERED  1");
        assertThat(printed.get(2)).startsWith("retried    ANSWERED  2");
        assertThat(printed.get(3)).startsWith("switched   ANSWERED  4");
        assertThat(printed.get(4)).startsWith("cancelled  CANCELLED 1");
        assertThat(printed.get(5)).startsWith("cut        FAILED    1").endsWith("INCOMPLETE_STREAM");
        String page = Files.readString(Path.of("..", "docs", "observability.md"));
        assertThat(page.lines().map(ObservabilityTest::fixed)).containsAll(printed.subList(0, 6));
    }
}
