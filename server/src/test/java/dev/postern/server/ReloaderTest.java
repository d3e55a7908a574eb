package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloaderTest {
    @TempDir
    private Path folder;

    private final BlockingQueue<Long> reloads = new LinkedBlockingQueue<>();
    private volatile String problem = "";
    private Path file;
    private int seconds;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("gateway.yaml"), "a");
    }

    private Reloader reloader() {
        return new Reloader(file, Reloader.changed(file), Duration.ofMillis(5), () -> {
            reloads.add(System.nanoTime());
            if (!problem.isEmpty()) {
                throw new LlmException(Kind.CONFIGURATION, problem);
            }
        });
    }

    /** Sets the time of the file, because some file systems store whole seconds only. */
    private void change() throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L + 1000L * ++seconds));
    }

    private void awaitReload() throws InterruptedException {
        assertThat(reloads.poll(30, TimeUnit.SECONDS)).as("a reload").isNotNull();
    }

    @Test
    void aChangedFileIsReloadedOnce() throws Exception {
        try (Reloader reloader = reloader()) {
            change();
            awaitReload();
            change();
            awaitReload();

            assertThat(reloads.poll(100, TimeUnit.MILLISECONDS)).isNull();
            assertThat(reloader.error()).isEmpty();
        }
    }

    @Test
    void anErrorIsReportedUntilTheFileIsCorrected() throws Exception {
        try (Reloader reloader = reloader();
                LogLines log = new LogLines()) {
            problem = "gateway.yaml: there is no backend.";
            change();
            awaitReload();
            assertThat(reloads.poll(100, TimeUnit.MILLISECONDS)).isNull(); // not loaded again before it changes
            assertThat(reloader.error()).isEqualTo(problem);
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .startsWith("SEVERE The configuration ")
                    .endsWith(problem);

            problem = "";
            change();
            awaitReload();
            while (!reloader.error().isEmpty()) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void anErrorDoesNotEndTheWatching() throws Exception {
        Runnable broken = () -> {
            reloads.add(System.nanoTime());
            throw new NoClassDefFoundError("com/example/Gone");
        };
        try (Reloader reloader = new Reloader(file, Reloader.changed(file), Duration.ofMillis(5), broken);
                LogLines log = new LogLines()) {
            change();
            awaitReload();
            change();
            awaitReload(); // so the first one was reported

            String reason = "It cannot be used (java.lang.NoClassDefFoundError).";
            assertThat(reloader.error()).isEqualTo(reason);
            assertThat(log.lines()).first().asString().endsWith(reason);
        }
    }

    @Test
    void aFileThatIsMissingForAMomentIsNotAnError() throws Exception {
        try (Reloader reloader = reloader()) {
            Path elsewhere = Files.move(file, folder.resolve("away"));
            assertThat(reloads.poll(100, TimeUnit.MILLISECONDS)).isNull();

            Files.move(elsewhere, file);
            change();
            awaitReload();
            assertThat(reloader.error()).isEmpty();
        }
    }
}
