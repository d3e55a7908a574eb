package dev.postern;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.http.HttpReply;
import dev.postern.http.SseDecoder;
import dev.postern.http.SseHandler;
import dev.postern.http.WholeBody;
import dev.postern.json.Json;
import dev.postern.json.JsonReader;
import dev.postern.testkit.EverySplit;
import dev.postern.wire.RequestReader;
import dev.postern.wire.RequestWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The work for untrusted input grows linearly with its size. For 32 times the size, up to eight times the proportional CPU
 * time is allowed; quadratic work would need a thousand times as much.
 */
@Timeout(300)
class LinearWorkTest {
    private static final int LARGER = 32;
    private static final int SLACK = 8;
    /** Shorter times are measurement noise. */
    private static final long NOISE_NANOS = 4_000_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /**
     * Something that is done with an input.
     *
     * @param input makes an input of this size
     * @param size the small one
     */
    private record Work<T>(String name, int size, IntFunction<T> input, Consumer<T> action) {
        long nanos(int of) {
            T made = input.apply(of);
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 3; i++) {
                long begin = THREADS.getCurrentThreadCpuTime();
                action.accept(made);
                best = Math.min(best, THREADS.getCurrentThreadCpuTime() - begin);
            }
            return best;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Work<byte[]> work(String name, int size, IntFunction<String> text, Consumer<byte[]> action) {
        return new Work<>(name, size, of -> text.apply(of).getBytes(UTF_8), action);
    }

    static Stream<Work<?>> works() {
        return Stream.of(
                work("values below long names", 400, LinearWorkTest::belowLongNames, LinearWorkTest::call),
                work(
                        "names that all differ",
                        1000,
                        of -> object(of, i -> "\"name-" + i + "\":1"),
                        LinearWorkTest::call),
                work(
                        "names of one hash",
                        1000,
                        of -> object(of, i -> '"' + sameHash(i) + "\":1"),
                        LinearWorkTest::call),
                work(
                        "empty lists",
                        2000,
                        of -> object(1, i -> "\"a\":[" + "[],".repeat(of) + "[]]"),
                        LinearWorkTest::call),
                work("deep lists", 20, of -> array(of, i -> "[".repeat(150) + "]".repeat(150)), LinearWorkTest::skip),
                work("long strings", 10, of -> array(of, i -> '"' + "x".repeat(1200) + '"'), Json::parse),
                work(
                        "long strings with escapes",
                        10,
                        of -> array(of, i -> '"' + "\\n\\u00e9".repeat(300) + '"'),
                        Json::parse),
                work("quotation marks", 2000, of -> "\"" + "\\\"".repeat(of) + "\"", Json::parse),
                work(
                        "white space",
                        10_000,
                        of -> " ".repeat(of) + "{" + " ".repeat(of) + "}" + " ".repeat(of),
                        Json::parse),
                work("numbers", 1000, of -> array(of, i -> "0." + "1234567890".repeat(10)), Json::parse),
                work("a whole request", 50, LinearWorkTest::request, RequestReader::read),
                work("bytes of a long line", 5000, of -> "data: " + "x".repeat(of) + "\n\n", LinearWorkTest::sse),
                work("bytes of many events", 500, of -> "data: {\"a\": 1}\n\n".repeat(of), LinearWorkTest::sse),
                work("events without blank lines", 500, of -> "data: {\"a\": 1}\n".repeat(of), LinearWorkTest::sse),
                work("data lines of one event", 500, of -> "data: {\n".repeat(of) + "\n", LinearWorkTest::sse),
                work("empty data lines", 1000, of -> "data: {}\n" + "data:\n".repeat(of) + "\n", LinearWorkTest::sse),
                work(
                        "comments in one event",
                        500,
                        of -> "data: {\n" + ": ping\n".repeat(of) + "\n",
                        LinearWorkTest::sse),
                work(
                        "names in one event",
                        500,
                        of -> "data: {\n" + "event: e\n".repeat(of) + "\n",
                        LinearWorkTest::sse),
                work("unknown lines", 1000, of -> "data: {\n" + "foo\n".repeat(of) + "\n", LinearWorkTest::sse),
                work("blank lines", 5000, "\n"::repeat, LinearWorkTest::sse),
                work(
                        "bytes of a whole answer",
                        5000,
                        of -> "{\"a\": \"" + "x".repeat(of) + "\"}",
                        LinearWorkTest::whole),
                new Work<>("events of a loop", 1000, of -> of, LinearWorkTest::loop));
    }

    @ParameterizedTest
    @MethodSource("works")
    void workGrowsLinearlyWithTheInput(Work<?> work) {
        for (int i = 0; i < 20; i++) {
            work.nanos(work.size()); // warms up the compiler
        }
        long small = work.nanos(work.size());
        long large = work.nanos(work.size() * LARGER);

        assertThat(large)
                .as("%s ns for %s times what takes %s ns", large, LARGER, small)
                .isLessThan(NOISE_NANOS + Math.max(small, 20_000) * LARGER * SLACK);
    }

    /** 50 levels of long names with a list inside: building a path for each value took 16 s for 600 kB. */
    private static String belowLongNames(int size) {
        String name = "{\"" + "n".repeat(size / 10) + "\":";
        return name.repeat(50) + "[" + "1,".repeat(size) + "1]" + "}".repeat(50);
    }

    private static String object(int fields, IntFunction<String> field) {
        return IntStream.range(0, fields).mapToObj(field).collect(Collectors.joining(",", "{", "}"));
    }

    private static String array(int elements, IntFunction<String> element) {
        return IntStream.range(0, elements).mapToObj(element).collect(Collectors.joining(",", "[", "]"));
    }

    /** "Aa" and "BB" have the same hash, and so do strings of equally many of them. */
    private static String sameHash(int number) {
        return IntStream.range(0, 15)
                .mapToObj(bit -> (number >> bit & 1) == 0 ? "Aa" : "BB")
                .collect(Collectors.joining());
    }

    private static String request(int messages) {
        CompletionRequest.Builder request = CompletionRequest.builder();
        for (int i = 0; i < messages; i++) {
            request.message(Message.user("question " + i));
            request.message(Message.assistant("answer " + i));
        }
        return new String(RequestWriter.write(request.build()), UTF_8);
    }

    @SuppressWarnings("unchecked")
    private static void call(byte[] arguments) {
        ToolCall call = ToolCall.of("id", "f", (Map<String, Object>) Json.parse(arguments));
        assertThat(Json.text(call.input())).isNotEmpty();
    }

    private static void skip(byte[] text) {
        JsonReader json = new JsonReader();
        json.begin(text, 0, text.length);
        json.skip();
        json.end();
    }

    /** Byte by byte. */
    private static void sse(byte[] stream) {
        EverySplit.inPieces(stream, 1, new SseDecoder<>(new Ignoring(), 1 << 26))
                .good();
    }

    private static void whole(byte[] body) {
        HttpReply head = new HttpReply(
                URI.create("http://h/"), 200, HttpHeaders.of(Map.of(), (name, value) -> true), new byte[0]);
        WholeBody<Integer> decoder = new WholeBody<>(head, 1 << 26, (reply, out) -> out.accept(reply.body().length));
        EverySplit.inPieces(body, 1, decoder).good();
        assertThat(decoder.isComplete()).isTrue();
    }

    private static void loop(int events) {
        StreamEvent event = new StreamEvent.ContentDelta("x");
        Flow.Publisher<StreamEvent> stream = subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            private int sent;

            @Override
            public void request(long n) {
                for (long i = 0; i < n && sent < events; i++) {
                    sent++;
                    subscriber.onNext(event);
                }
                if (sent == events) {
                    sent++;
                    subscriber.onComplete();
                }
            }

            @Override
            public void cancel() {}
        });
        int count = 0;
        try (EventStream loop = EventStream.of(stream)) {
            for (StreamEvent next : loop) {
                count += next == event ? 1 : 0;
            }
        }
        assertThat(count).isEqualTo(events);
    }

    private static final class Ignoring implements SseHandler<String> {
        @Override
        public void event(String type, byte[] buffer, int offset, int length, Consumer<? super String> out) {}

        @Override
        public void end(Consumer<? super String> out) {}

        @Override
        public dev.postern.http.Decoder.Phase phase() {
            return dev.postern.http.Decoder.Phase.OPEN;
        }
    }
}
