package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.http.Decoder;
import dev.postern.testkit.project.Golden;
import dev.postern.testkit.project.GoldenText;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Streams as servers send them, {@code golden/stream/NAME.sse}, and their events, {@code NAME.events}: one line for
 * each event or the failure, the same at every split of the bytes. {@code NAME.response}, if it exists, is the whole
 * answer.
 */
class StreamGoldenTest {
    /** The rows of SERVERS.md about streams: the section, and the row or bullet in it. */
    private static final List<String> ROWS = List.of(
            "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "1.10", "1.11", "1.12", "1.13", "1.14",
            "1.15", "1.16", "1.17", "1.18", "2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7",
            "3.8", "3.9", "4.1", "4.2", "4.3", "4.4", "6.1", "6.2", "7.1", "7.2", "8a.1", "8a.2", "8a.3", "10", "12",
            "13");

    static List<String> streams() {
        return SourcedGolden.names("stream", ".sse");
    }

    static List<String> answers() {
        return SourcedGolden.names("stream", ".response");
    }

    /** The streams for which there is a whole answer with the same content. */
    static List<String> pairs() {
        return streams().stream()
                .filter(name -> SourcedGolden.exists("response/" + name + ".json"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("streams")
    void givesTheSameEventsAtEverySplit(String name) {
        String events = "stream/" + name + ".events";
        SourcedGolden.check(
                events, Replay.atEverySplit(Golden.read("stream/" + name + ".sse"), SourcedGolden.profile(events)));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void eventsFoldIntoTheAnswer(String name) {
        byte[] stream = Golden.read("stream/" + name + ".sse");
        SourcedGolden.check(
                "stream/" + name + ".response",
                GoldenText.lines(Replay.fold(stream, SourcedGolden.profile("stream/" + name + ".events"))));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void streamAndWholeAnswerGiveTheSameResult(String name) {
        ServerProfile profile = SourcedGolden.profile("stream/" + name + ".events");
        byte[] stream = Golden.read("stream/" + name + ".sse");
        byte[] whole = Golden.read("response/" + name + ".json");
        List<String> lines = Replay.whole(stream, profile);
        if (lines.get(lines.size() - 1).startsWith("error ")) {
            assertThat(failure(lines)).isEqualTo(failure(Replay.whole(whole, profile)));
        } else {
            assertThat(Replay.fold(stream, profile)).isEqualTo(Replay.fold(whole, profile));
        }
    }

    /** The failure without the partial answer: a stream has emitted it already. */
    private static String failure(List<String> lines) {
        return lines.get(lines.size() - 1).replaceAll(" \\| paid for: .*", "");
    }

    /** The transport ignores a connection that breaks after the answer: some servers omit the last HTTP chunk (7.3). */
    @ParameterizedTest
    @CsvSource({
        "cut-without-finish, OPEN",
        "cut-after-empty-finish, OPEN",
        "cut-after-usage, OPEN",
        "finish-without-done, ANSWERED",
        "usage-after-finish, ANSWERED",
        "finish-never-done-sent, DONE",
        "usage-empty-choices, DONE"
    })
    void reportsThePhaseOfTheAnswer(String name, Decoder.Phase phase) {
        assertThat(Replay.phase(Golden.read("stream/" + name + ".sse"))).isEqualTo(phase);
    }

    @Test
    void everyRowAboutStreamsHasACase() {
        Set<String> covered = new TreeSet<>();
        for (String name : streams()) {
            String source = SourcedGolden.header("stream/" + name + ".events").get(0);
            assertThat(source).as(name).startsWith("# SERVERS ").contains(": ");
            covered.addAll(List.of(source.substring("# SERVERS ".length()).split("[ :]")));
        }
        assertThat(covered).containsAll(ROWS);
    }
}
