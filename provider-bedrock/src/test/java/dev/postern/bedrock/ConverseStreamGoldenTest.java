package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.Golden;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Streams of Converse, {@code golden/stream/NAME.frames}, and their events or failure, {@code NAME.events}, which are
 * the same at every split. If {@code golden/response/NAME.json} exists, it is the same answer as a whole and has the
 * same result.
 */
class ConverseStreamGoldenTest {

    static List<String> streams() {
        return GoldenFiles.names("stream", ".frames");
    }

    static List<String> pairs() {
        List<String> whole = GoldenFiles.names("response", ".json");
        return streams().stream().filter(whole::contains).toList();
    }

    @ParameterizedTest
    @MethodSource("streams")
    void theEventsAreThoseOfTheGoldenFileAtEverySplit(String name) {
        byte[] stream = GoldenFiles.frames("stream/" + name + ".frames");
        GoldenFiles.check("stream/" + name + ".events", ConverseReplay.atEverySplit(stream));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void theFirstLineNamesTheRule(String name) {
        assertThat(GoldenFiles.text("stream/" + name + ".frames")).startsWith("# BEDROCK ");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void theStreamHasTheSameResultAsTheWholeAnswer(String name) {
        List<String> events = ConverseReplay.at(GoldenFiles.frames("stream/" + name + ".frames"));
        List<String> failure = failure(events);
        if (!failure.isEmpty()) {
            assertThat(failure(ConverseReplay.whole(Golden.read("response/" + name + ".json"))))
                    .isEqualTo(failure);
            return;
        }
        assertThat(ConverseReplay.fold(GoldenFiles.frames("stream/" + name + ".frames")))
                .isEqualTo(ConverseReplay.foldWhole(Golden.read("response/" + name + ".json")));
    }

    /** The failure without its partial answer, because a stream emitted the text before. */
    private static List<String> failure(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("error "))
                .map(line -> line.replaceFirst(" \\| paid for: .*", ""))
                .toList();
    }
}
