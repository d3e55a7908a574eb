package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.testkit.EverySplit;
import dev.postern.testkit.EverySplit.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of the table runs with each line end, in pieces of each size, and split at each byte. */
@Timeout(60)
class SseDecoderTest {
    private static final List<String> LINE_ENDS = List.of("\n", "\r", "\r\n");
    private static final List<Integer> SIZES = List.of(1, 2, 3, 200);
    private static final String LONG = "0123456789".repeat(2000);

    /**
     * A stream and its events.
     *
     * @param stream a line feed stands for each of the three line ends
     * @param events {@code type|data}, after a {@code ?} if the stream ended before the event did
     */
    private record Row(String name, String stream, List<String> events) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Row row(String name, String stream, String... events) {
        return new Row(name, stream, List.of(events));
    }

    static Stream<Row> table() {
        return Stream.of(
                // data
                row("nothing", ""),
                row("one event", "data: a\n\n", "message|a"),
                row("two events", "data: a\n\ndata: b\n\n", "message|a", "message|b"),
                row("no space after the colon", "data:a\n\n", "message|a"),
                row("of two spaces one belongs to the data", "data:  a\n\n", "message| a"),
                row("a space at the end belongs to the data", "data: a \n\n", "message|a "),
                row("a tab is no space", "data:\ta\n\n", "message|\ta"),
                row("only the first colon counts", "data: {\"a\": \"b:c\"}\n\n", "message|{\"a\": \"b:c\"}"),
                row("empty data", "data:\n\n", "message|"),
                row("empty data after a space", "data: \n\n", "message|"),
                row("no colon", "data\n\n", "message|"),
                row("two lines without a colon", "data\ndata\n\n", "message|\n"),
                row("two lines", "data: a\ndata: b\n\n", "message|a\nb"),
                row("an empty line of data in the middle", "data: a\ndata:\ndata: b\n\n", "message|a\n\nb"),
                row("an empty line of data at first", "data\ndata: b\n\n", "message|\nb"),
                row("an empty line of data at last", "data: a\ndata\n\n", "message|a\n"),
                row("other fields between the lines", "data: a\nid: 7\n: c\nx\ndata: b\n\n", "message|a\nb"),
                row("two events of two lines", "data:a\ndata:b\n\ndata:c\ndata:d\n\n", "message|a\nb", "message|c\nd"),
                row("characters of more than one byte", "data: äß 日本語 🌍\n\n", "message|äß 日本語 🌍"),
                row("a byte order mark inside the data", "data: \uFEFFa\n\n", "message|\uFEFFa"),
                row("next line and line separator end no line", "data: a\u0085b\u2028c\n\n", "message|a\u0085b\u2028c"),
                // names
                row("a name", "event: ping\ndata: a\n\n", "ping|a"),
                row("a name without a space", "event:ping\ndata: a\n\n", "ping|a"),
                row("a name after the data", "data: a\nevent: ping\n\n", "ping|a"),
                row("the last name counts", "event: one\nevent: two\ndata: a\n\n", "two|a"),
                row("an empty name is the default", "event: one\nevent:\ndata: a\n\n", "message|a"),
                row("no colon after event", "event\ndata: a\n\n", "message|a"),
                row("a name is for one event", "event: ping\ndata: a\n\ndata: b\n\n", "ping|a", "message|b"),
                row("a name comes again", "event: e\ndata: a\n\nevent: e\ndata: b\n\n", "e|a", "e|b"),
                row("a name without data is forgotten", "event: ping\n\ndata: a\n\n", "message|a"),
                row(
                        "a name in another alphabet",
                        "event: пинг\ndata: a\n\nevent: пинг\ndata: b\n\n",
                        "пинг|a",
                        "пинг|b"),
                row(
                        "a name like the last one",
                        "event: ab\ndata:1\n\nevent: abc\ndata:2\n\nevent: ac\ndata:3\n\n",
                        "ab|1",
                        "abc|2",
                        "ac|3"),
                row("too long a name is cut", "event: " + LONG + "\ndata: a\n\n", LONG.substring(0, 256) + "|a"),
                // ignored fields
                row("a comment", ": ping\n\ndata: a\n\n", "message|a"),
                row("a bare colon", ":\n\n:\n:\ndata: a\n:\n\n", "message|a"),
                row("a comment that looks like data", ":data: a\n\n"),
                row("a comment of OpenRouter", ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n"),
                row("id", "id: 1\ndata: a\n\nid\n\n", "message|a"),
                row("retry", "retry: 1000\ndata: a\n\nretry: soon\n\n", "message|a"),
                row("an error field, as of llama.cpp", "error: {}\n\ndata: a\n\n", "error|{}", "message|a"),
                row("unknown fields", "foo: bar\nfoo\ndata: a\nfoo:\n\n", "message|a"),
                row("names that begin or end alike", "dat: 1\ndatas: 2\ndata : 3\n data: 4\nxdata: 5\n\n"),
                row("names in capitals", "Data: 1\nDATA: 2\nEvent: e\n\ndata: a\n\n", "message|a"),
                row("blank lines", "\n\n\ndata: a\n\n\n\ndata: b\n\n\n", "message|a", "message|b"),
                // one line end between events
                row("two objects", "data: {\"a\": 1}\ndata: {}\n\n", "message|{\"a\": 1}", "message|{}"),
                row(
                        "objects without a blank line",
                        "data: {}\ndata: []\ndata: { }\n",
                        "message|{}",
                        "message|[]",
                        "?message|{ }"),
                row(
                        "an object and an end mark",
                        "data: {}\ndata: [DONE]\n\ndata: b\n\n",
                        "message|{}",
                        "message|[DONE]"),
                row("an end mark in the middle", "data: [DONE]\ndata: {}\n\n", "message|[DONE]"),
                row("an object and half of one", "data: {}\ndata: {\"a\n\n", "message|{}", "message|{\"a"),
                row("half an object and one", "data: {\"a\ndata: {}\ndata: {}\n\n", "message|{\"a\n{}\n{}"),
                row("an object of several lines", "data: {\ndata: \"a\": {}\ndata: }\n\n", "message|{\n\"a\": {}\n}"),
                row("an array of several lines", "data: [\ndata: {},\ndata: {}\ndata: ]\n\n", "message|[\n{},\n{}\n]"),
                row(
                        "brackets and quotes in a string",
                        "data: {\"a\": \"}\\\"{\"}\ndata: {}\n\n",
                        "message|{\"a\": \"}\\\"{\"}",
                        "message|{}"),
                row("an object that goes on", "data: {}, {}\ndata: {}\n\n", "message|{}, {}\n{}"),
                row(
                        "empty lines between objects",
                        "data:\ndata: {}\ndata:\ndata:\ndata: {}\ndata:\n\n",
                        "message|\n{}\n\n",
                        "message|{}\n"),
                row("names before objects", "event: e\ndata: {}\nevent: f\ndata: {}\n\n", "e|{}", "f|{}"),
                row("a name for the first object alone", "event: e\ndata: {}\ndata: {}\n\n", "e|{}", "message|{}"),
                row("a name behind the last object", "event: e\ndata: {}\ndata: {}\nevent: f\n\n", "e|{}", "f|{}"),
                row("an error field behind an object", "data: {}\nerror: {}\n\n", "message|{}", "error|{}"),
                row("comments between objects", "data: {}\n: ping\nid: 1\ndata: {}\n\n", "message|{}", "message|{}"),
                // the end
                row("no blank line at the end", "data: a\n\ndata: b\n", "message|a", "?message|b"),
                row("no line end at the end", "data: a\n\nevent: e\ndata: b", "message|a", "?e|b"),
                row("two lines without an end", "data: a\ndata: b", "?message|a\nb"),
                row("half a field name at the end", "data: a\nda", "?message|a"),
                row("a name at the end", "data: a\n\nevent: e", "message|a"),
                row("a comment at the end", "data: a\n\n: bye", "message|a"),
                row(
                        "nothing after the end mark",
                        "data: a\n\ndata: [DONE]\n\ndata: b\n\ndata: c",
                        "message|a",
                        "message|[DONE]"),
                row("an end mark without a blank line", "data: a\n\ndata: [DONE]", "message|a", "?message|[DONE]"),
                // the byte order mark
                row("a byte order mark", "\uFEFFdata: a\n\n", "message|a"),
                row("a byte order mark and nothing else", "\uFEFF"),
                row("a byte order mark before a blank line", "\uFEFF\ndata: a\n\n", "message|a"),
                row("of two byte order marks the second is text", "\uFEFF\uFEFFdata: a\n\ndata: b\n\n", "message|b"),
                row("a byte order mark later on is text", "data: a\n\n\uFEFFdata: b\n\n", "message|a"),
                row("a character that begins like the mark", "\uFEFEdata: a\n\ndata: b\n\n", "message|b"));
    }

    static Stream<Arguments> tableWithEachLineEnd() {
        return table().flatMap(row -> LINE_ENDS.stream().map(end -> Arguments.of(row, end)));
    }

    @ParameterizedTest(name = "{0} [{index}]")
    @MethodSource("tableWithEachLineEnd")
    void eventsDoNotDependOnThePiecesOfBytes(Row row, String lineEnd) {
        byte[] bytes = row.stream().replace("\n", lineEnd).getBytes(UTF_8);
        for (int size : SIZES) {
            assertThat(EverySplit.inPieces(bytes, size, decoder()).good())
                    .as("in pieces of " + size)
                    .isEqualTo(row.events());
        }
        if (bytes.length < 1000) {
            assertThat(EverySplit.of(bytes, SseDecoderTest::decoder).good()).isEqualTo(row.events());
        }
    }

    static Stream<Arguments> mixedLineEnds() {
        return Stream.of(
                Arguments.of("data: a\rdata: b\ndata: c\r\n\r\n", List.of("message|a\nb\nc")),
                Arguments.of("data: a\n\r\ndata: b\r\n\rdata: c\r\r\n", List.of("message|a", "message|b", "message|c")),
                Arguments.of("data: a\r\n\ndata: b\r\r", List.of("message|a", "message|b")),
                Arguments.of("data: a\n\n\r\n\rdata: b\r\n\r\n", List.of("message|a", "message|b")),
                Arguments.of("\r\n\rdata: a\r\n", List.of("?message|a")),
                Arguments.of("\uFEFF\r\ndata: a\r", List.of("?message|a")));
    }

    @ParameterizedTest
    @MethodSource("mixedLineEnds")
    void lineEndsMayBeMixed(String stream, List<String> events) {
        assertThat(EverySplit.of(stream.getBytes(UTF_8), SseDecoderTest::decoder)
                        .good())
                .isEqualTo(events);
    }

    @Test
    void bytesThatAreNotUtf8PassUnchanged() {
        byte[] data = new byte[256];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i == '\n' || i == '\r' ? 0 : i);
        }
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes("data:x".getBytes(UTF_8));
        stream.writeBytes(data);
        stream.writeBytes("\n\n".getBytes(UTF_8));
        List<byte[]> events = new ArrayList<>();
        Strings bytes = new Strings() {
            @Override
            public void event(String type, byte[] buffer, int offset, int length, Consumer<? super String> out) {
                events.add(java.util.Arrays.copyOfRange(buffer, offset + 1, offset + length));
            }
        };

        EverySplit.inPieces(stream.toByteArray(), 3, new SseDecoder<>(bytes, 1000))
                .good();

        assertThat(events).containsExactly(data);
    }

    @Test
    void partOfAByteOrderMarkIsText() {
        byte[] bytes = "??data: a\n\ndata: b\n\n".getBytes(UTF_8);
        bytes[0] = (byte) 0xEF;
        bytes[1] = (byte) 0xBB;

        assertThat(EverySplit.of(bytes, SseDecoderTest::decoder).good()).containsExactly("message|b");
        assertThat(EverySplit.of(new byte[] {(byte) 0xEF, (byte) 0xBB}, SseDecoderTest::decoder)
                        .good())
                .isEmpty();
    }

    @Test
    void anEventIsHandledAtItsLastByte() {
        for (String blank : List.of("\n\n", "\r\r", "\r\n\r", "\r\n\r\n")) {
            List<String> events = new ArrayList<>();

            decoder().decode(ByteBuffer.wrap(("data: a" + blank).getBytes(UTF_8)), events::add);

            assertThat(events).containsExactly("message|a");
        }
    }

    @Test
    void manyEventsOfOnePieceComeInOrder() {
        StringBuilder stream = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            stream.append("event: e").append(i % 3).append("\ndata: ").append(i).append("\n\n");
            expected.add("e" + i % 3 + "|" + i);
        }
        byte[] bytes = stream.toString().getBytes(UTF_8);

        for (int size : List.of(1, 7, 8191, 8192, 8193, bytes.length)) {
            assertThat(EverySplit.inPieces(bytes, size, decoder()).good()).isEqualTo(expected);
        }
    }

    @Test
    void aLongEventIsWhole() {
        byte[] bytes = ("data: " + LONG + "\ndata: " + LONG + "\n\ndata: b\n\n").getBytes(UTF_8);

        for (int size : List.of(1, 1000, 8192, bytes.length)) {
            assertThat(EverySplit.inPieces(bytes, size, decoder()).good())
                    .containsExactly("message|" + LONG + "\n" + LONG, "message|b");
        }
    }

    @Test
    void aNameThatComesAgainIsTheSameString() {
        List<String> names = new ArrayList<>();
        Strings handler = new Strings() {
            @Override
            public void event(String type, byte[] buffer, int offset, int length, Consumer<? super String> out) {
                names.add(type);
            }
        };

        EverySplit.inPieces(
                "event: ping\ndata: a\n\nevent: ping\ndata: b\n\n".getBytes(UTF_8), 5, new SseDecoder<>(handler, 100));

        assertThat(names).hasSize(2);
        assertThat(names.get(0)).isSameAs(names.get(1));
    }

    // ---- what the standard ignores

    /** An engine that writes raw line ends of its error messages (observed: transformers serve 5). */
    @Test
    void theHandlerGetsLinesWithoutAFieldBeforeTheirEvent() {
        String stream = """
                internal error
                data: {"error": "no JSON.
                Content: 'a'
                : a comment
                id: 7
                retry: 5
                id

                 Error at line 3"}

                \uFEFFdata: b
                event: e
                data: c
                x""";

        assertThat(EverySplit.of(stream.getBytes(UTF_8), () -> new SseDecoder<>(new Listening(), 1000))
                        .good())
                .containsExactly(
                        "unknown|internal error",
                        "unknown|Content: 'a'",
                        "message|{\"error\": \"no JSON.",
                        "unknown| Error at line 3\"}",
                        "unknown|\uFEFFdata: b",
                        "unknown|x",
                        "?e|c");
    }

    /** Emits unknown lines in the order in which it gets them. */
    private static final class Listening extends Strings {
        private final List<String> unknown = new ArrayList<>();

        @Override
        public void unknownLine(byte[] buffer, int offset, int length) {
            unknown.add("unknown|" + new String(buffer, offset, length, UTF_8));
        }

        @Override
        public void event(String type, byte[] buffer, int offset, int length, Consumer<? super String> out) {
            emit(out);
            super.event(type, buffer, offset, length, out);
        }

        @Override
        public void unfinished(String type, byte[] buffer, int offset, int length, Consumer<? super String> out) {
            emit(out);
            super.unfinished(type, buffer, offset, length, out);
        }

        private void emit(Consumer<? super String> out) {
            unknown.forEach(out);
            unknown.clear();
        }
    }

    /** Objects are not joined and separated at the end, so text is delivered while it is generated. */
    @Test
    void anObjectIsHandledWhenTheNextOneBegins() {
        List<String> events = new ArrayList<>();
        SseDecoder<String> decoder = decoder();

        for (int i = 0; i < 3; i++) {
            decoder.decode(ByteBuffer.wrap("data: {}\n".getBytes(UTF_8)), events::add);
            assertThat(events).hasSize(i);
        }
    }

    /** Each line is checked once, however many lines an event has. */
    @Test
    void onlyTheFirstLineOfAnEventIsChecked() {
        int[] asked = {0};
        Strings counting = new Strings() {
            @Override
            public boolean isWhole(byte[] buffer, int offset, int length) {
                asked[0]++;
                assertThat(length).isEqualTo(1);
                return false;
            }
        };

        EverySplit.inPieces("data: {\n".repeat(10_000).getBytes(UTF_8), 100, new SseDecoder<>(counting, 1 << 20));

        assertThat(asked[0]).isEqualTo(1);
    }

    // ---- bounds

    @Test
    void theLongestAllowedLineIsAccepted() {
        assertThat(bounded("data: abcd\n\ndata: efgh\n\n", 11).good()).containsExactly("message|abcd", "message|efgh");
    }

    static Stream<String> tooLarge() {
        return Stream.of(
                "data: abcde\n\n",
                ": a comment of many words\n",
                "event: a-long-name\n",
                "nonsense without an end",
                "data: abc\ndata: def\n\n",
                "data: a\nid: 1\nid: 2\nid: 3\n\n");
    }

    @ParameterizedTest
    @MethodSource("tooLarge")
    void anEventBeyondTheBoundIsRefused(String event) {
        Outcome<String> outcome = bounded("data: a\n\n" + event, 11);

        assertThat(outcome.items()).containsExactly("message|a");
        assertThat(outcome.failure()).startsWith("PROTOCOL: ").contains("more than 11 bytes");
    }

    @Test
    void theBoundAppliesToOneEventAndNotToTheStream() {
        assertThat(bounded("data: a\n\n".repeat(100) + "id: 1\n".repeat(100) + "\n".repeat(100) + "data: b\n\n", 11)
                        .good())
                .hasSize(101);
    }

    private static Outcome<String> bounded(String stream, int maxEventBytes) {
        return EverySplit.of(stream.getBytes(UTF_8), () -> new SseDecoder<>(new Strings(), maxEventBytes));
    }

    // ---- decisions of the handler

    @Test
    void thePhaseIsThatOfTheHandler() {
        SseDecoder<String> decoder = decoder();
        ByteBuffer bytes = ByteBuffer.wrap("data: [DONE]\n\ndata: b\n\n".getBytes(UTF_8));
        assertThat(decoder.phase()).isEqualTo(Decoder.Phase.OPEN);

        decoder.decode(bytes, event -> {});

        assertThat(decoder.phase()).isEqualTo(Decoder.Phase.DONE);
    }

    @Test
    void aHandlerMayRefuseTheEnd() {
        SseDecoder<String> decoder = new SseDecoder<>(
                new Strings() {
                    @Override
                    public void end(Consumer<? super String> out) {
                        throw new LlmException(LlmException.Kind.INCOMPLETE_STREAM, "cut");
                    }
                },
                100);

        assertThatThrownBy(() -> decoder.end(event -> {})).hasMessage("cut");
    }

    private static SseDecoder<String> decoder() {
        return new SseDecoder<>(new Strings(), SseDecoder.DEFAULT_MAX_EVENT_BYTES);
    }

    /** Emits everything that it gets. {@code [DONE]} is the end mark. */
    private static class Strings implements SseHandler<String> {
        private boolean done;

        @Override
        public void event(String type, byte[] buffer, int offset, int length, Consumer<? super String> out) {
            String data = new String(buffer, offset, length, UTF_8);
            done = data.equals("[DONE]");
            out.accept(type + "|" + data);
        }

        @Override
        public boolean isWhole(byte[] buffer, int offset, int length) {
            return new String(buffer, offset, length, UTF_8).equals("[DONE]")
                    || SseHandler.super.isWhole(buffer, offset, length);
        }

        @Override
        public void unfinished(String type, byte[] buffer, int offset, int length, Consumer<? super String> out) {
            out.accept("?" + type + "|" + new String(buffer, offset, length, UTF_8));
        }

        @Override
        public void end(Consumer<? super String> out) {}

        @Override
        public Decoder.Phase phase() {
            return done ? Decoder.Phase.DONE : Decoder.Phase.OPEN;
        }
    }
}
