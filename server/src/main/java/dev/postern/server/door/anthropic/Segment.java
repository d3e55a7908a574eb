package dev.postern.server.door.anthropic;

/**
 * A content block of a stream, before it is written. What arrives while another block is open waits here, because clients expect one
 * block after the other. Providers limit the size of what waits.
 */
final class Segment {
    /** What the block has. */
    enum Kind {
        TEXT,
        THINKING,
        /** Whole at once: {@link #waiting} is its data. */
        REDACTED,
        CALL
    }

    final Kind kind;
    final String callId;
    final String toolName;
    private final ObjectEnd end = new ObjectEnd();
    private StringBuilder waiting = new StringBuilder();
    private String signature = "";
    private boolean hasArguments;
    private boolean complete;

    Segment(Kind kind) {
        this(kind, "", "");
    }

    Segment(Kind kind, String callId, String toolName) {
        this.kind = kind;
        this.callId = callId;
        this.toolName = toolName;
    }

    static Segment redacted(String data) {
        Segment segment = new Segment(Kind.REDACTED);
        segment.append(data);
        segment.complete();
        return segment;
    }

    void append(String delta) {
        waiting.append(delta);
        if (kind == Kind.CALL) {
            end.add(delta);
            hasArguments |= !delta.isBlank();
        }
    }

    /** What has arrived since the last call of this method. */
    String take() {
        String text = waiting.toString();
        if (!text.isEmpty()) {
            waiting = new StringBuilder();
        }
        return text;
    }

    /** Completes a call. Its arguments are appended if none have arrived. */
    void complete(String arguments) {
        if (!hasArguments) {
            append(arguments);
        }
        complete = true;
    }

    void complete() {
        complete = true;
    }

    boolean isComplete() {
        return complete;
    }

    /** Whether nothing can follow in this block, as far as its text shows. */
    boolean isWhole() {
        return complete || (kind == Kind.CALL && end.isReached());
    }

    void signature(String packed) {
        signature = packed;
    }

    /** What closes a block of thinking; empty for other blocks. */
    String signature() {
        return signature;
    }
}
