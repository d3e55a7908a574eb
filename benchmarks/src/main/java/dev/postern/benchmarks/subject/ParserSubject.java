package dev.postern.benchmarks.subject;

import dev.postern.benchmarks.server.Script;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The floor plus the least work of a reader: it finds each event and reads its tokens with a new jackson-core parser. */
final class ParserSubject implements Subject {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Set<String> WANTED = Set.of("content", "arguments", "text", "input");

    private final FloorSubject floor;

    ParserSubject(URI server, boolean bedrock) {
        floor = new FloorSubject(
                server, bedrock, false, null, bedrock ? Frames::new : (script, ear) -> new Events(script, ear));
    }

    @Override
    public void stream(String model, Ear ear) {
        floor.stream(model, ear);
    }

    @Override
    public String ask(String model) throws Exception {
        throw new UnsupportedOperationException("the floor with a parser supports streams only");
    }

    private abstract static class Parsed extends FloorSubject.Body {
        byte[] buffer = new byte[16 << 10];
        int limit;

        Parsed(Script script, Ear ear) {
            super(script, ear);
        }

        /** Reads the complete events or frames and returns the offset of the rest. */
        abstract int readWhole();

        @Override
        void bytes(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                int length = Math.min(bytes.remaining(), buffer.length - limit);
                bytes.get(buffer, limit, length);
                limit += length;
                int rest = readWhole();
                System.arraycopy(buffer, rest, buffer, 0, limit - rest);
                limit -= rest;
                if (limit == buffer.length) {
                    buffer = Arrays.copyOf(buffer, limit * 2);
                }
            }
        }

        @Override
        long expected() {
            return -1;
        }

        void json(int offset, int length) {
            try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), buffer, offset, length)) {
                for (JsonToken token; (token = parser.nextToken()) != null; ) {
                    if (token == JsonToken.VALUE_STRING && WANTED.contains(parser.currentName())) {
                        String text = parser.getString();
                        if (!text.isEmpty()) {
                            ear.text(text);
                        }
                    }
                }
            }
        }
    }

    /** Server-sent events of one data line. */
    private static final class Events extends Parsed {
        Events(Script script, Ear ear) {
            super(script, ear);
        }

        @Override
        int readWhole() {
            int start = 0;
            for (int i = 1; i < limit; i++) {
                if (buffer[i] == '\n' && buffer[i - 1] == '\n') {
                    if (buffer[start + 6] == '{') { // after "data: "
                        json(start + 6, i - 1 - start - 6);
                    }
                    start = i + 1;
                }
            }
            return start;
        }
    }

    /** Frames of AWS's event stream; their checksums are not verified. */
    private static final class Frames extends Parsed {
        Frames(Script script, Ear ear) {
            super(script, ear);
        }

        @Override
        int readWhole() {
            ByteBuffer view = ByteBuffer.wrap(buffer);
            int start = 0;
            while (limit - start >= 12 && limit - start >= view.getInt(start)) {
                int payload = start + 12 + view.getInt(start + 4);
                int end = start + view.getInt(start);
                json(payload, end - 4 - payload);
                start = end;
            }
            return start;
        }
    }
}
