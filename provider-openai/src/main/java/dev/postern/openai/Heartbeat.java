package dev.postern.openai;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Recognizes keep-alive events. The SSE standard has comments for this purpose, but some proxies send data. */
final class Heartbeat {
    private static final int LONGEST = 16;

    /**
     * The data of keep-alives, such as {@code ping} (aaif-goose/goose#11816), {@code [HEARTBEAT]}, {@code ""},
     * {@code null}.
     */
    private static final Set<String> KEEP_ALIVES = Set.of(
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

    /** Whether an event of this type is a keep-alive. Its data is ignored. */
    static boolean isName(String type) {
        return switch (type) {
            case "ping", "pong", "heartbeat", "keep-alive", "keepalive", "keep_alive" -> true;
            default -> false;
        };
    }

    /** Whether this data is a keep-alive. Data that begins with a colon is a comment in a data line. */
    static boolean isData(byte[] buffer, int from, int to) {
        if (from == to || buffer[from] == ':') {
            return true;
        }
        return to - from <= LONGEST
                && KEEP_ALIVES.contains(
                        new String(buffer, from, to - from, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT));
    }
}
