package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.json.JsonReader;
import dev.postern.json.RepetitionFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer from its chunks, or from a whole body. It emits text, reasoning and tool fragments as they arrive,
 * and at the end the complete tool calls, the stop event and the usage.
 */
final class AnswerReader {
    /** How many bytes of an object that is not a chunk are kept to show them in a failure. */
    private static final int MAX_KEPT = 4096;

    private final ChatErrorReader errors;
    private final ChunkReader chunks;
    private final ServerFields fields;
    private final ChoiceSelector choices = new ChoiceSelector();
    private final AnswerEmitter emitter;
    private final AnswerFinisher end;
    private final JsonReader json = JsonReader.lenient();
    private @Nullable RepetitionFilter repetitions; // of a stream
    private final WholeMessages messages = new WholeMessages();

    private boolean sawChoice;
    private byte @Nullable [] unknownObject; // the first object that is not a chunk

    // The chunk that is being read.
    private @Nullable Consumer<? super StreamEvent> out;
    private final Consumer<Choice> accept = this::accept;
    private @Nullable Choice accepted;
    private boolean keepsAccepted;

    /**
     * Creates a reader of the answer to one request.
     *
     * @param model the requested model, for servers that do not name the model that answered
     * @param serverInfo the server info from the HTTP headers; the reader adds to it
     */
    AnswerReader(
            ChatErrorReader errors,
            ToolCallAssembler tools,
            ServerProfile profile,
            ServerFields fields,
            String model,
            Map<String, @Nullable Object> serverInfo) {
        this.errors = errors;
        this.fields = fields;
        this.chunks = new ChunkReader(new DeltaReader(MessageExtras.keepsDetails(profile)), serverInfo);
        this.emitter = new AnswerEmitter(tools, profile);
        this.end = new AnswerFinisher(errors, chunks, emitter, fields, model, serverInfo);
    }

    /**
     * Reads the next chunk of a stream.
     *
     * @throws dev.postern.json.JsonException if it is not JSON; then nothing of it was emitted
     */
    void chunk(byte[] buffer, int offset, int length, Consumer<? super StreamEvent> events) {
        RepetitionFilter filter = repetitions;
        if (filter == null) {
            filter = new RepetitionFilter();
            repetitions = filter;
        }
        Choice before = accepted;
        if (before != null && filter.repeats(buffer, offset, length)) {
            // The chunk differs from the last one only in this text, so the rest need not be read again.
            emitter.emitAgain(before.delta, filter.text(), events);
            return;
        }
        filter.begin(json, buffer, offset, length);
        chunks.read(json, !emitter.hasContent());
        json.end();
        if (fields.areWanted()) {
            fields.read(buffer, offset, length, chunks);
        }
        out = events;
        accepted = null;
        keepsAccepted = false;
        takeChoices();
        checkObject(buffer, offset, length);
        Choice choice = accepted;
        if (choice != null
                && !keepsAccepted
                && !fields.areWanted()
                && chunks.choiceCount() == 1
                && !choice.message.hasFields
                && choice.delta.isOneString()) {
            filter.keep(choice.delta.oneString(), buffer, offset, length);
        }
    }

    private void takeChoices() {
        int count = chunks.choiceCount();
        if (count > 0 && WholeMessages.areAllOf(chunks)) {
            takeMessages();
        } else if (count == 1) {
            boolean held = choices.single(chunks.choice(0), accept);
            if (held || keepsAccepted) {
                chunks.replace(0);
            }
        } else {
            for (int i = 0; i < count; i++) {
                keepsAccepted = false;
                choices.oneOfSeveral(chunks.choice(i), i, accept);
                if (keepsAccepted) {
                    chunks.replace(i);
                }
            }
        }
    }

    private void accept(Choice choice) {
        accepted = choice;
        sawChoice |= choice.isReal();
        end.finishReason(choice.finish);
        emitter.emit(choice.delta, Objects.requireNonNull(out));
        fields.accept(choice, false);
        if (emitter.hasContent()) {
            messages.drop();
        } else if (choice.message.hasContent()) {
            messages.keep(choice);
            keepsAccepted = true;
        }
    }

    private void takeMessages() {
        for (Choice choice : messages.take(chunks)) {
            sawChoice |= choice.isReal();
            end.finishReason(choice.finish);
        }
    }

    /** Throws if the object is an error, which may have choices too. Keeps the first object that is not a chunk. */
    private void checkObject(byte[] buffer, int offset, int length) {
        if (chunks.isError(isFinished())) {
            byte[] payload = Arrays.copyOfRange(buffer, offset, offset + length);
            if (errors.isError(payload)) {
                throw failed(errors.inStream(payload));
            }
            accepted = null; // so that an equal chunk is checked too
        }
        if (unknownObject == null && !chunks.isChunk()) {
            unknownObject = Arrays.copyOfRange(buffer, offset, offset + Math.min(length, MAX_KEPT));
        }
    }

    /**
     * Reads a whole answer.
     *
     * @return its events
     * @throws dev.postern.json.JsonException if it is not JSON
     */
    List<StreamEvent> whole(byte[] body) {
        json.begin(body, 0, body.length);
        chunks.read(json, true);
        json.end();
        if (fields.areWanted()) {
            fields.read(body, 0, body.length, chunks);
        }
        List<StreamEvent> events = new ArrayList<>(4); // text, stop and usage, as a rule
        takeMessages();
        try {
            checkObject(body, 0, body.length);
            if (!sawChoice) {
                throw errors.noChoices(body);
            }
            complete(events::add);
            return events;
        } catch (LlmException e) {
            // If the body has messages beside the error, the failure contains them.
            messages.kept().forEach(choice -> emitter.emitWhole(choice.whole(), events::add));
            throw end.withPartialAnswer(e, events);
        }
    }

    /** Accepts a choice that was held back until it was certain that no more chunks follow. */
    void noMoreChunks(Consumer<? super StreamEvent> events) {
        out = events;
        choices.release(accept);
    }

    /** Emits the rest of a complete answer, and its end. */
    void complete(Consumer<? super StreamEvent> events) {
        if (!emitter.hasContent()) {
            for (Choice choice : messages.kept()) {
                emitter.emitWhole(choice.whole(), events);
                fields.accept(choice, choice.whole() == choice.message);
            }
            messages.drop();
        }
        end.emit(events);
    }

    /**
     * Returns a failure in the middle of a stream. If anything was generated, it contains the usage, the server info
     * and the text that was not emitted yet.
     */
    LlmException failed(LlmException failure) {
        List<StreamEvent> notEmitted = new ArrayList<>();
        noMoreChunks(notEmitted::add);
        if (!emitter.hasContent()) {
            messages.kept().forEach(choice -> emitter.emitWhole(choice.whole(), notEmitted::add));
        }
        return end.withPartialAnswer(failure, notEmitted);
    }

    /** Adds the usage and the server info to a failure without an answer, if anything was generated. */
    LlmException withPartialAnswer(LlmException failure) {
        return failure.answer().isPresent() ? failure : end.withPartialAnswer(failure, List.of());
    }

    /** Whether a choice with any field was read. */
    boolean sawChoice() {
        return sawChoice;
    }

    /** Whether a finish reason was read. */
    boolean isFinished() {
        return end.isFinished() || !choices.heldFinish().isEmpty();
    }

    /** The first object that is not a chunk; null if there was none. */
    byte @Nullable [] unknownObject() {
        return unknownObject;
    }
}
