package dev.postern.testkit.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenTest {
    @TempDir
    private Path root;

    @Test
    void theSameTextPasses() throws IOException {
        Files.writeString(root.resolve("a.txt"), "one\ntwö\n");

        Golden.check(root, "a.txt", "one\ntwö\n", false);
    }

    @Test
    void anotherTextFailsWithTheDifference() throws IOException {
        Files.writeString(root.resolve("a.txt"), "1\n2\n3\n4\n5\n6\n7\n8\n9\n");

        assertThatThrownBy(() -> Golden.check(root, "a.txt", "1\n2\n3\n4\nfive\nand more\n6\n7\n8\n9\n", false))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("a.txt differs")
                .hasMessageContaining("golden.update")
                .hasMessageEndingWith("""
                        @@ line 5: - expected, + actual @@
                          2
                          3
                          4
                        - 5
                        + five
                        + and more
                          6
                          7
                          8
                        """);
    }

    @Test
    void aMissingLineEndIsADifference() {
        assertThat(Golden.difference("a\n", "a")).contains("@@ line 2").contains("- \n");
    }

    @Test
    void aMissingFileFailsAndShowsWhatItWouldHold() {
        assertThatThrownBy(() -> Golden.check(root, "none.txt", "the content", false))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("There is no ")
                .hasMessageContaining("the content");
    }

    @Test
    void anUpdateWritesTheFile() throws IOException {
        Golden.check(root, "deep/er/a.txt", "new\n", true);
        Golden.check(root, "deep/er/a.txt", "new\n", false);

        assertThat(root.resolve("deep/er/a.txt")).hasContent("new\n");
    }
}
