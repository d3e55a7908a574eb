package dev.postern.benchmarks.server;

import java.util.List;

/** A protocol: the bodies of the messages for a script. */
interface Dialect {
    String contentType(Script script);

    /** The messages before the pieces of a stream. */
    List<byte[]> before(Script script);

    /** One piece. */
    byte[] piece(Script script, String text);

    /** The messages after the pieces. */
    List<byte[]> after(Script script);

    /** The body of a whole answer. */
    byte[] whole(String text);

    /** The text in a JSON string. As real servers do, it escapes no letters. */
    static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\t", "\\t");
    }
}
