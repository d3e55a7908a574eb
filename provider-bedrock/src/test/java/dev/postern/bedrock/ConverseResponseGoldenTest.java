package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.Golden;
import dev.postern.testkit.project.GoldenText;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of Converse, {@code golden/response/NAME.json}, and their answers or failures, {@code NAME.response}. */
class ConverseResponseGoldenTest {
    private static final String CUT = "error INCOMPLETE_STREAM - -: The answer was cut off in the middle of its JSON.";

    static List<String> bodies() {
        return GoldenFiles.names("response", ".json");
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void becomesTheAnswerOrFailureOfTheGoldenFile(String name) {
        byte[] body = Golden.read("response/" + name + ".json");
        List<String> lines = ConverseReplay.whole(body);
        boolean failed = lines.stream().anyMatch(line -> line.startsWith("error "));
        if (failed) {
            assertThat(lines.get(0))
                    .as("no event before the failure, so that a retry is possible")
                    .startsWith("error ");
        }
        GoldenFiles.check(
                "response/" + name + ".response", failed ? lines : GoldenText.lines(ConverseReplay.foldWhole(body)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "tools", "reasoning"})
    void aBodyThatEndsTooEarlyIsIncomplete(String name) {
        byte[] body = GoldenFiles.text("response/" + name + ".json").trim().getBytes();
        assertThat(ConverseReplay.whole(new byte[0]))
                .singleElement()
                .asString()
                .startsWith("error INCOMPLETE_STREAM")
                .contains("with an empty body");
        for (int length = 1; length < body.length; length++) {
            assertThat(ConverseReplay.whole(Arrays.copyOf(body, length)))
                    .as("the first " + length + " bytes")
                    .containsExactly(CUT);
        }
    }
}
