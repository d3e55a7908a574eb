package dev.postern.http;

import dev.postern.CallContext;
import dev.postern.LlmException;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of each HTTP exchange is written to the {@link System.Logger} {@code dev.postern.wire}: requests as they are sent, after
 * all interceptors, and answers as they are received, for each attempt of a call.
 *
 * <pre>{@code
 * OpenAiProvider.builder().wireLog(WireLog.bodies().masking("x-tenant-secret", "ssn"));      // and all that have a transport
 * request.withContext(request.context().with(WireLog.KEY, WireLog.heads()));                 // for one call
 * }</pre>
 *
 * <p>What code asks for in this way is logged at INFO; with {@link #byLevel}, the level of the logger decides. The system property
 * {@code dev.postern.wire}, with the value {@code level}, {@code off}, {@code lines}, {@code heads} or {@code bodies}, asks for all
 * transports that are built afterwards. Default: nothing is logged, and the logger is not even loaded.
 *
 * <p>Masked are headers and query parameters whose names look like those of secrets, the credentials of the request wherever they
 * occur, and what {@link #masking} names. Base64 of 256 characters and more is shortened. Prompts and answers are not masked.
 * Immutable.
 */
public final class WireLog {
    /** The attribute of a call that takes precedence over the provider and its transport. */
    public static final CallContext.Key<WireLog> KEY = CallContext.Key.of("wire log", WireLog.class);

    private static final int MAX_BODY = 32 << 10;
    private static final int MAX_EVENT = 4 << 10;

    static final int BY_LEVEL = -1;
    static final int OFF = 0;
    static final int LINES = 1;
    static final int HEADS = 2;
    static final int BODIES = 3;

    final int depth;
    /** Names of headers, query parameters and JSON fields. */
    final List<String> names;

    final int maxBody;
    final int maxEvent;

    private WireLog(int depth, List<String> names, int maxBody, int maxEvent) {
        this.depth = depth;
        this.names = names;
        this.maxBody = maxBody;
        this.maxEvent = maxEvent;
    }

    private static WireLog of(int depth) {
        return new WireLog(depth, List.of(), MAX_BODY, MAX_EVENT);
    }

    /** Nothing is logged, whatever the level of the logger. */
    public static WireLog off() {
        return of(OFF);
    }

    /** What the level of the logger says at each exchange: DEBUG is {@link #lines}, TRACE is {@link #bodies}. */
    public static WireLog byLevel() {
        return of(BY_LEVEL);
    }

    WireLog at(int other) {
        return new WireLog(other, names, maxBody, maxEvent);
    }

    /** One line for each exchange: address, status, duration, bytes, and how it ended. */
    public static WireLog lines() {
        return of(LINES);
    }

    /** The line, and the headers of request and answer. */
    public static WireLog heads() {
        return of(HEADS);
    }

    /** The line, the headers and the bodies. A stream is logged event by event. */
    public static WireLog bodies() {
        return of(BODIES);
    }

    /**
     * Masks the values of headers, query parameters and JSON fields with these names, in any case, in addition to those that are
     * always masked. A JSON field is also found in JSON inside of a string, such as the arguments of a tool call; not, however, if
     * the server divides it over several events.
     */
    public WireLog masking(String... more) {
        List<String> all = new ArrayList<>(names);
        all.addAll(List.of(more));
        return new WireLog(depth, List.copyOf(all), maxBody, maxEvent);
    }

    /**
     * Bounds what is shown.
     *
     * @param body the most characters of one body, or of all events of one stream together. Default 32,768
     * @param event the most characters of one event. Default 4,096
     * @throws IllegalArgumentException if a bound is negative
     */
    public WireLog limits(int body, int event) {
        if (body < 0 || event < 0) {
            throw new IllegalArgumentException("A bound of the wire log must not be negative.");
        }
        return new WireLog(depth, names, body, event);
    }

    /**
     * What the system property asks for.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if the value is unknown
     */
    static WireLog ofProperty(String value) {
        return switch (value) {
            case "level" -> byLevel();
            case "off" -> off();
            case "lines" -> lines();
            case "heads" -> heads();
            case "bodies" -> bodies();
            default ->
                throw new LlmException(
                        LlmException.Kind.CONFIGURATION,
                        "The system property dev.postern.wire must be level, off, lines, heads or bodies, but is '"
                                + value + "'.");
        };
    }
}
