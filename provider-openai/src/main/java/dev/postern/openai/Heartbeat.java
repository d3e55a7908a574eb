package dev.postern.openai;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Events that say only that the server is alive. The standard has comments for that, but some relays send data. */
final class Heartbeat {
    private static final int LONGEST = 16;

    /** As data: {@code ping} (aaif-goose/goose#11816), {@code [HEARTBEAT]}, {@code ""}, {@code null} and the like. */
    private static final Set<String> WORDS = Set.of(
            "ping",
            "pong",
            "[ping]",
            "[pong]",
            "heartbeat",
            "[heartbeat]",
            "keep-alive",
            "keepalive",
            "keep_alive",
            "[keep-alive]",
            "[keepalive]",
            "[keep_alive]",
            "\"ping\"",
            "\"heartbeat\"",
            "\"keep-alive\"",
            "\"\"",
            "''",
            "null");

    private Heartbeat() {}

    /** Whether an event of this name means nothing, whatever its data is. */
    static boolean isName(String type) {
        return switch (type) {
            case "ping", "pong", "heartbeat", "keep-alive", "keepalive", "keep_alive" -> true;
            default -> false;
        };
    }

    /** Whether this data means nothing. A colon begins a comment that was put into a data line. */
    static boolean isData(byte[] buffer, int from, int to) {
        if (from == to || buffer[from] == ':') {
            return true;
        }
        return to - from <= LONGEST
                && WORDS.contains(
                        new String(buffer, from, to - from, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT));
    }
}
