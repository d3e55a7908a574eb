package dev.postern.server.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {
    @TempDir
    Path folder;

    @Test
    void appendsToWhatIsThere() throws IOException {
        Path file = Files.writeString(folder.resolve("log"), "before\n");
        try (FileSink sink = new FileSink(file)) {
            sink.write(List.of("one", "two"));
            sink.write(List.of("three"));
        }

        assertThat(file).hasContent("before\none\ntwo\nthree\n");
    }

    @Test
    void aRenamedFileIsFollowedByANewOne() throws IOException {
        Path file = folder.resolve("log");
        try (FileSink sink = new FileSink(file)) {
            sink.write(List.of("one"));
            Files.move(file, folder.resolve("log.1"));
            sink.write(List.of("two"));
        }

        assertThat(folder.resolve("log.1")).hasContent("one\n");
        assertThat(file).hasContent("two\n");
    }

    @Test
    void aFileThatWasCutGoesOnFromItsBeginning() throws IOException {
        Path file = folder.resolve("log");
        try (FileSink sink = new FileSink(file)) {
            sink.write(List.of("a long first line"));
            try (FileChannel cut = FileChannel.open(file, StandardOpenOption.WRITE)) {
                cut.truncate(0);
            }
            sink.write(List.of("two"));
        }

        assertThat(file).hasContent("two\n");
    }

    @Test
    void aMissingFolderIsAFailureUntilItIsThere() throws IOException {
        Path file = folder.resolve("logs").resolve("log");
        try (FileSink sink = new FileSink(file)) {
            assertThatThrownBy(() -> sink.write(List.of("lost"))).isInstanceOf(IOException.class);
            Files.createDirectory(file.getParent());
            sink.write(List.of("kept"));
        }

        assertThat(file).hasContent("kept\n");
    }
}
