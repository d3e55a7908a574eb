package dev.postern.benchmarks.server;

import java.util.List;

/** How a script is said: the bodies of a server's messages. */
interface Dialect {
    String contentType(Script script);

    /** What comes before the pieces of a stream, a message each. */
    List<byte[]> before(Script script);

    /** One piece. */
    byte[] piece(Script script, String text);

    /** What comes after the pieces. */
    List<byte[]> after(Script script);

    /** The body of an answer that is no stream. */
    byte[] whole(String text);
}
