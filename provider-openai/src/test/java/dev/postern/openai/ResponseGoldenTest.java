package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.Golden;
import dev.postern.testkit.project.GoldenText;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole bodies with a status of success, {@code golden/response/NAME.json} ({@code .html} or {@code .txt} if they are
 * not JSON), and the answer or the failure for each, {@code NAME.response}.
 */
class ResponseGoldenTest {
    private static final String CUT = "error INCOMPLETE_STREAM - -: The answer was cut off in the middle of its JSON.";

    static List<String> bodies() {
        return Stream.of(".json", ".html", ".txt")
                .flatMap(ending ->
                        SourcedGolden.names("response", ending).stream().map(name -> name + ending))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void givesTheSameResultAtEverySplit(String file) {
        String golden = "response/" + file.substring(0, file.lastIndexOf('.')) + ".response";
        ServerProfile profile = SourcedGolden.profile(golden);
        byte[] body = Golden.read("response/" + file);
        List<String> lines = Replay.atEverySplit(body, profile);
        boolean failed = lines.get(lines.size() - 1).startsWith("error ");
        if (failed) {
            assertThat(lines)
                    .as("a failure without events before it, so that a retry is possible")
                    .hasSize(1);
        }
        SourcedGolden.check(golden, failed ? lines : GoldenText.lines(Replay.fold(body, profile)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "tool-parallel-openai", "reasoning-content-deepseek", "tool-arguments-object"})
    void truncatedJsonIsACutOffAnswer(String name) {
        byte[] body = Golden.read("response/" + name + ".json");
        for (int length = 1; length < body.length; length++) { // an empty body is another failure
            assertThat(Replay.whole(Arrays.copyOf(body, length), ServerProfile.GENERIC))
                    .as("the first " + length + " bytes")
                    .containsExactly(CUT);
        }
    }
}
