package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileFileTest {
    private static final Path FILE = Path.of("/home/u/.aws/config");

    private static Map<String, Map<String, String>> sections(String... lines) {
        return ProfileFile.sections(String.join("\n", lines), FILE);
    }

    @Test
    void emptyFilesHaveNoSections() {
        assertThat(sections("")).isEmpty();
        assertThat(sections("# a", "", " ; b", "\t")).isEmpty();
    }

    @Test
    void sectionsAndFields() {
        assertThat(sections("[default]", "region=eu-west-1", "[profile  a]", "Output = json ", "[b]"))
                .isEqualTo(Map.of(
                        "default", Map.of("region", "eu-west-1"),
                        "profile a", Map.of("output", "json"),
                        "b", Map.of()));
    }

    @Test
    void repeatedSectionsAreMergedAndTheLastFieldApplies() {
        assertThat(sections("[a]", "x=1", "y=1", "[b]", "[a]", "x=2").get("a")).isEqualTo(Map.of("x", "2", "y", "1"));
    }

    @Test
    void windowsLineEndsAndAByteOrderMarkAreAccepted() {
        assertThat(ProfileFile.sections("\uFEFF[a]\r\nx = 1\r\ny = 2\r\n", FILE))
                .isEqualTo(Map.of("a", Map.of("x", "1", "y", "2")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x=a b|a b",
                "x=a=b==|a=b==",
                "x=|''",
                "x=a # comment|a",
                "x=a ; comment|a",
                "x=a#b;c|a#b;c",
                "x=/K7+\"q\" |/K7+\"q\"",
            })
    void values(String line, String value) {
        assertThat(sections("[a]", line).get("a")).isEqualTo(Map.of("x", value));
    }

    @Test
    void aCommentMayFollowASection() {
        assertThat(sections("[a] # b", "[c];d")).containsOnlyKeys("a", "c");
    }

    @Test
    void nestedLinesAreIgnored() {
        assertThat(sections("[a]", "s3 =", "  max = 10", "\tregion = nested", "region = own", "  more", "[b]", "x=1"))
                .isEqualTo(Map.of("a", Map.of("s3", "", "region", "own"), "b", Map.of("x", "1")));
    }

    @Test
    void anIndentedFileIsRead() {
        assertThat(sections("  [a]", "  x=1", "  y=2", "[b]", "    x=3", "    y=4"))
                .isEqualTo(Map.of("a", Map.of("x", "1", "y", "2"), "b", Map.of("x", "3", "y", "4")));
    }

    @Test
    void theErrorHasTheLineNumberAndNotTheLine() {
        assertFails(Kind.CONFIGURATION, () -> sections("[a]", "", "S3CR3T"))
                .isEqualTo("Line 3 of " + FILE + " is neither a [section] nor 'name = value'; correct it.");
        assertFails(Kind.CONFIGURATION, () -> sections("[a]", "= S3CR3T")).contains("Line 2");
        assertFails(Kind.CONFIGURATION, () -> sections("x = S3CR3T")).contains("comes before the first [section]");
        assertFails(Kind.CONFIGURATION, () -> sections("[S3CR3T")).contains("does not end it with ']'");
        assertFails(Kind.CONFIGURATION, () -> sections("[a] S3CR3T")).contains("Line 1");
    }
}
