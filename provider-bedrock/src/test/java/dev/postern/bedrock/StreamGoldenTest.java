package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.Golden;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Streams of Converse, {@code golden/stream/NAME.frames}, and what becomes of each at every split, {@code NAME.events}:
 * one event a line, or the failure. Where {@code golden/response/NAME.json} is the same answer in one piece, both say the
 * same.
 */
class StreamGoldenTest {

    static List<String> streams() {
        return GoldenFiles.names("stream", ".frames");
    }

    static List<String> pairs() {
        List<String> whole = GoldenFiles.names("response", ".json");
        return streams().stream().filter(whole::contains).toList();
    }

    @ParameterizedTest
    @MethodSource("streams")
    void givesTheseEventsAtEverySplit(String name) {
        byte[] stream = GoldenFiles.frames("stream/" + name + ".frames");
        GoldenFiles.check("stream/" + name + ".events", Replay.atEverySplit(stream));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void saysWhatItIsAbout(String name) {
        assertThat(GoldenFiles.text("stream/" + name + ".frames")).startsWith("# BEDROCK ");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void addsUpToWhatTheWholeAnswerSays(String name) {
        List<String> events = Replay.at(GoldenFiles.frames("stream/" + name + ".frames"));
        List<String> failure = failure(events);
        if (!failure.isEmpty()) {
            assertThat(failure(Replay.whole(Golden.read("response/" + name + ".json"))))
                    .isEqualTo(failure);
            return;
        }
        assertThat(Replay.fold(GoldenFiles.frames("stream/" + name + ".frames")))
                .isEqualTo(Replay.foldWhole(Golden.read("response/" + name + ".json")));
    }

    /** Kind and sentence; of what was paid for, a stream has told the text before. */
    private static List<String> failure(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("error "))
                .map(line -> line.replaceFirst(" \\| paid for: .*", ""))
                .toList();
    }
}
