package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.json.JsonReader;
import dev.postern.json.JsonTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One answer in the making: takes its chunks, or the whole of it, and emits text, reasoning and tool fragments as they
 * come, and at the end the tool calls, the stop and the usage.
 */
final class AnswerReader {
    /** Of an object that is no chunk, so much is kept for the failure. */
    private static final int MAX_KEPT = 4096;

    private final ChatErrorReader errors;
    private final ChunkReader chunks;
    private final ServerFields fields;
    private final ChoiceSelector choices = new ChoiceSelector();
    private final AnswerEmitter emitter;
    private final AnswerFinisher end;
    private final JsonReader json = JsonReader.lenient();
    private final JsonTemplate repeated = new JsonTemplate();

    private boolean sawChoice;
    private byte @Nullable [] strange; // the first object that is no chunk
    /** The last messages of a stream in which no delta has said anything so far; more than one came in one chunk. */
    private List<Choice> messages = List.of();

    private boolean messagesSpeak;

    // Of the chunk that is being read.
    private @Nullable Consumer<? super StreamEvent> out;
    private final Consumer<Choice> accept = this::accept;
    private @Nullable Choice accepted;
    private boolean keepsAccepted;

    /**
     * An answer to one request.
     *
     * @param model the model that was asked, for servers that do not say which one answered
     * @param metadata what the HTTP headers said
     */
    AnswerReader(
            ChatErrorReader errors,
            ToolCallAssembler tools,
            ServerProfile profile,
            ServerFields fields,
            String model,
            Map<String, ?> metadata) {
        this.errors = errors;
        this.fields = fields;
        Map<String, @Nullable Object> said = new LinkedHashMap<>(metadata);
        this.chunks = new ChunkReader(new DeltaReader(MessageExtras.keepsDetails(profile)), said);
        this.emitter = new AnswerEmitter(tools, profile);
        this.end = new AnswerFinisher(errors, chunks, emitter, fields, model, said);
    }

    /**
     * The next chunk of a stream.
     *
     * @throws dev.postern.json.JsonException if it is no JSON; then nothing of it was emitted
     */
    void chunk(byte[] buffer, int offset, int length, Consumer<? super StreamEvent> events) {
        Choice before = accepted;
        if (before != null && repeated.fits(buffer, offset, length)) {
            // All else that it says is known: reading it once more changes nothing.
            emitter.emitAgain(before.delta, repeated.text(), events);
            return;
        }
        json.begin(buffer, offset, length, repeated);
        chunks.read(json, !emitter.saidAnything());
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
            repeated.keep(choice.delta.oneString(), buffer, offset, length);
        }
    }

    private void takeChoices() {
        int count = chunks.choiceCount();
        if (count > 0 && hasMessagesOnly()) {
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
        end.saw(choice.finish);
        emitter.emit(choice.delta, Objects.requireNonNull(out));
        fields.accept(choice, false);
        if (emitter.saidAnything()) {
            messages = List.of();
        } else if (choice.message.saysSomething()) {
            messages = List.of(choice);
            messagesSpeak = true;
            keepsAccepted = true;
        }
    }

    /** Whether the chunk is an answer in one piece, or an older state of it, in the middle of a stream. */
    private boolean hasMessagesOnly() {
        boolean some = false;
        for (int i = 0; i < chunks.choiceCount(); i++) {
            if (chunks.choice(i).delta.hasFields) {
                return false;
            }
            some |= chunks.choice(i).message.hasFields;
        }
        return some;
    }

    /**
     * Several choices are one answer if at most one of them is text and the others are calls: Copilot puts each call into a
     * choice of its own (karthink/gptel#1284). Else the first one is the answer.
     */
    private void takeMessages() {
        List<Choice> latest = new ArrayList<>();
        int texts = 0;
        for (int i = 0; i < chunks.choiceCount(); i++) {
            Choice choice = chunks.choice(i);
            texts += choice.whole().text.isBlank() ? 0 : 1;
            latest.add(choice);
            chunks.replace(i);
        }
        boolean speaks = false;
        for (Choice choice : texts > 1 ? latest.subList(0, 1) : latest) {
            sawChoice |= choice.isReal();
            end.saw(choice.finish);
            speaks |= choice.whole().saysSomething();
        }
        if (speaks || !messagesSpeak) {
            messages = texts > 1 ? latest.subList(0, 1) : latest;
            messagesSpeak = speaks;
        }
    }

    /** An object may be an error, with or without choices, or something that has no place in a stream. */
    private void checkObject(byte[] buffer, int offset, int length) {
        if (chunks.isError(isFinished())) {
            byte[] payload = Arrays.copyOfRange(buffer, offset, offset + length);
            if (errors.isError(payload)) {
                throw failed(errors.inStream(payload));
            }
            accepted = null; // the next chunk is to be looked at as well
        }
        if (strange == null && !chunks.isChunk()) {
            strange = Arrays.copyOfRange(buffer, offset, offset + Math.min(length, MAX_KEPT));
        }
    }

    /**
     * An answer that came whole.
     *
     * @return its events
     * @throws dev.postern.json.JsonException if it is no JSON
     */
    List<StreamEvent> whole(byte[] body) {
        json.begin(body, 0, body.length);
        chunks.read(json, true);
        json.end();
        if (fields.areWanted()) {
            fields.read(body, 0, body.length, chunks);
        }
        List<StreamEvent> events = new ArrayList<>();
        takeMessages();
        try {
            checkObject(body, 0, body.length);
            if (!sawChoice) {
                throw errors.noChoices(body);
            }
            complete(events::add);
            return events;
        } catch (LlmException e) {
            messages.forEach(choice -> emitter.emitWhole(choice.whole(), events::add)); // an error stood beside them
            throw end.withPaid(e, events);
        }
    }

    /** Emits what is only known to belong to the answer when no more chunks come. */
    void noMoreChunks(Consumer<? super StreamEvent> events) {
        out = events;
        choices.release(accept);
    }

    /** The answer is whole: emits what is left of it, and the end. */
    void complete(Consumer<? super StreamEvent> events) {
        if (!emitter.saidAnything()) {
            for (Choice choice : messages) {
                emitter.emitWhole(choice.whole(), events);
                fields.accept(choice, choice.whole() == choice.message);
            }
            messages = List.of();
        }
        end.emit(events);
    }

    /**
     * A failure in the middle of a stream: with the usage and the metadata, if anything was generated, and with the text
     * that came but was not emitted yet.
     */
    LlmException failed(LlmException failure) {
        List<StreamEvent> untold = new ArrayList<>();
        noMoreChunks(untold::add);
        if (!emitter.saidAnything()) {
            messages.forEach(choice -> emitter.emitWhole(choice.whole(), untold::add));
        }
        return end.withPaid(failure, untold);
    }

    /** The failure with the usage and the metadata, if anything was generated before it and it has no answer yet. */
    LlmException withPaid(LlmException failure) {
        return failure.answer().isPresent() ? failure : end.withPaid(failure, List.of());
    }

    /** Whether there was a choice with anything in it. */
    boolean sawChoice() {
        return sawChoice;
    }

    /** Whether there was a finish reason. */
    boolean isFinished() {
        return end.isFinished() || !choices.heldFinish().isEmpty();
    }

    /** The first object that is no chunk; null if there was none. */
    byte @Nullable [] strange() {
        return strange;
    }
}
