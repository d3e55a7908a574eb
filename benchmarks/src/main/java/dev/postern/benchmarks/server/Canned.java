package dev.postern.benchmarks.server;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** A script's bytes without HTTP, for benchmarks that decode without a network. */
public final class Canned {
    private Canned() {}

    /** The body of the stream or of the whole answer. */
    public static byte[] body(String model, boolean bedrock) {
        Script script = Script.of(model);
        Dialect dialect = bedrock ? new BedrockDialect() : new OpenAiDialect();
        if (script.kind() == Script.Kind.WHOLE) {
            return dialect.whole(script.text());
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        messages(script, dialect).forEach(body::writeBytes);
        return body.toByteArray();
    }

    /** The messages of a stream. */
    static List<byte[]> messages(Script script, Dialect dialect) {
        List<byte[]> messages = new ArrayList<>(dialect.before(script));
        for (int i = 0; i < script.events(); i++) {
            messages.add(dialect.piece(script, script.piece(i)));
        }
        messages.addAll(dialect.after(script));
        return messages;
    }
}
