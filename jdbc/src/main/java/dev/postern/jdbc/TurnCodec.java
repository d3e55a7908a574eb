package dev.postern.jdbc;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.agent.Turn;
import dev.postern.wire.RequestReader;
import dev.postern.wire.RequestWriter;
import java.nio.charset.StandardCharsets;

/** Converts a turn to text and back: a request of the gateway format that has messages only. */
final class TurnCodec {
    private TurnCodec() {}

    /**
     * Returns the text. Refuses a turn that is too large, and a turn that could not be read again, because it would
     * make its session unreadable.
     */
    static String write(Turn turn, int maxBytes) {
        byte[] json = RequestWriter.write(
                CompletionRequest.builder().messages(turn.messages()).build());
        if (json.length > maxBytes) {
            throw new LlmException(
                    LlmException.Kind.INVALID_REQUEST,
                    "messages: the turn has " + json.length + " bytes, but only " + maxBytes + " are allowed;"
                            + " shorten it or raise maxTurnBytes.");
        }
        try { // the reader has stricter limits on depth, numbers and names than the writer
            turn(json);
        } catch (LlmException e) {
            throw new LlmException(
                    LlmException.Kind.INVALID_REQUEST,
                    "messages: the turn cannot be stored, because it could not be read again (" + e.getMessage()
                            + "); the input of a tool call is the likeliest cause.",
                    e);
        }
        return new String(json, StandardCharsets.UTF_8);
    }

    /** Returns the turn that {@link #write} converted. */
    static Turn read(String text) {
        try {
            return new Turn(
                    RequestReader.read(text.getBytes(StandardCharsets.UTF_8)).messages());
        } catch (LlmException e) {
            throw new LlmException(
                    LlmException.Kind.PROTOCOL,
                    "A stored turn cannot be read by this version (" + e.getMessage() + "); delete its session.",
                    e);
        }
    }

    private static Turn turn(byte[] json) {
        return new Turn(RequestReader.read(json).messages());
    }
}
