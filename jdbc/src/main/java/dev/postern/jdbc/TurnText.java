package dev.postern.jdbc;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.agent.Turn;
import dev.postern.wire.RequestReader;
import dev.postern.wire.RequestWriter;
import java.nio.charset.StandardCharsets;

/** A turn as text: a request of the gateway format that has nothing but messages. */
final class TurnText {
    private TurnText() {}

    /** The text; refuses a turn that takes more room than it may, or that would spoil its session for every reader. */
    static String write(Turn turn, int maxBytes) {
        byte[] json = RequestWriter.write(
                CompletionRequest.builder().messages(turn.messages()).build());
        if (json.length > maxBytes) {
            throw new LlmException(
                    LlmException.Kind.INVALID_REQUEST,
                    "messages: the turn has " + json.length + " bytes, but only " + maxBytes
                            + " are kept; shorten it or raise maxTurnBytes.");
        }
        try { // what can be written is deeper, and has longer numbers and names, than what can be read
            turn(json);
        } catch (LlmException e) {
            throw new LlmException(
                    LlmException.Kind.INVALID_REQUEST,
                    "messages: the turn cannot be kept, as nobody could read it again (" + e.getMessage()
                            + "); the input of a tool call is the likeliest cause.",
                    e);
        }
        return new String(json, StandardCharsets.UTF_8);
    }

    /** What {@link #write} was given. */
    static Turn read(String text) {
        try {
            return new Turn(
                    RequestReader.read(text.getBytes(StandardCharsets.UTF_8)).messages());
        } catch (LlmException e) {
            throw new LlmException(
                    LlmException.Kind.PROTOCOL,
                    "A stored turn is not what this version writes (" + e.getMessage() + "); delete its session.",
                    e);
        }
    }

    private static Turn turn(byte[] json) {
        return new Turn(RequestReader.read(json).messages());
    }
}
