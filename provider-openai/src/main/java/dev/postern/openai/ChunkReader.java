package dev.postern.openai;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Usage;
import dev.postern.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON of one chunk after another, or of a whole answer: {@code {"id", "model", "choices": […], "usage": {…}}}.
 * It has the choices of the last chunk, and the other fields of all chunks so far.
 */
final class ChunkReader {
    /** The maximum number of choices in one chunk. A valid answer has one. */
    private static final int MAX_CHOICES = 128;

    private final DeltaReader deltas;
    private final Map<String, @Nullable Object> serverInfo;
    private final ErrorDetector errorDetector = new ErrorDetector();

    // The whole answer.
    private String answeredBy = "";
    private @Nullable Usage usage;
    private @Nullable Usage usageOfChoice;

    // The current chunk.
    /** The first {@code choiceCount} elements belong to this chunk. An element that the caller keeps is replaced by null. */
    private final List<@Nullable Choice> choices = new ArrayList<>(1);

    private int choiceCount;
    private boolean sawChoices;
    private boolean readsMessages;
    private boolean sawDelta; // in any chunk

    /** Creates a reader of one answer, which adds the answer's id and similar fields to {@code serverInfo}. */
    ChunkReader(DeltaReader deltas, Map<String, @Nullable Object> serverInfo) {
        this.deltas = deltas;
        this.serverInfo = serverInfo;
    }

    /**
     * Reads the current object of the reader.
     *
     * @param withMessages whether to read a {@code message} too: not in a stream whose deltas had content
     */
    void read(JsonReader json, boolean withMessages) {
        choiceCount = 0;
        sawChoices = false;
        readsMessages = withMessages;
        errorDetector.reset();
        if (json.beginObject()) {
            while (json.nextField()) {
                field(json.name(), json);
            }
        }
    }

    private void field(String name, JsonReader json) {
        switch (name) {
            case "choices" -> choices(json);
            case "usage" -> usage = last(UsageReader.usage(json), usage);
            case "x_groq" -> groq(json);
            case "model" -> {
                if (answeredBy.isEmpty()) {
                    answeredBy = json.text();
                } else {
                    json.skip();
                }
            }
            case CompletionResponse.ID, "system_fingerprint", "service_tier", "provider" -> note(name, json);
            default -> {
                if (!errorDetector.read(name, json)) {
                    json.skip();
                }
            }
        }
    }

    private void choices(JsonReader json) {
        sawChoices |= json.isArray();
        if (json.beginArray()) {
            while (json.nextElement()) {
                if (json.isObject()) {
                    choice(json, add());
                } else {
                    json.skip();
                }
            }
        }
    }

    private Choice add() {
        if (choiceCount == MAX_CHOICES) {
            throw new LlmException(
                    Kind.PROTOCOL,
                    "The server sent more than " + MAX_CHOICES + " choices in one chunk, but the request was for one.");
        }
        if (choiceCount == choices.size()) {
            choices.add(null);
        }
        Choice choice = choices.get(choiceCount);
        if (choice == null) {
            choice = new Choice();
            choices.set(choiceCount, choice);
        } else {
            choice.reset();
        }
        choiceCount++;
        return choice;
    }

    /** {@code {"index": 0, "delta": {…}, "finish_reason": null}} */
    private void choice(JsonReader json, Choice choice) {
        String text = "";
        json.beginObject();
        while (json.nextField()) {
            switch (json.name()) {
                case "index" -> choice.index = Math.max(Choice.NO_INDEX, json.integer(Choice.NO_INDEX));
                case "delta" -> deltas.read(json, choice.delta, false);
                case "message" -> {
                    if (readsMessages && !choice.delta.hasContent()) {
                        deltas.read(json, choice.message, true);
                    } else {
                        json.skip();
                    }
                }
                case "text" -> {
                    if (sawDelta) {
                        json.skip(); // Hugging Face repeats the delta in it
                    } else {
                        text = json.text();
                    }
                }
                case "finish_reason" -> choice.finish = json.text();
                case "usage" -> usageOfChoice = last(UsageReader.usage(json), usageOfChoice); // Moonshot
                default -> json.skip();
            }
        }
        sawDelta |= choice.delta.hasFields || choice.message.hasFields;
        if (!sawDelta && !text.isEmpty()) { // some servers answer in the format of the older completions API
            choice.delta.addShape(Delta.Shape.OTHER);
            choice.delta.hasFields = true;
            choice.delta.text = text;
        }
    }

    /** {@code {"usage": {…}}}: the only place of the usage with Groq's compound models. */
    private void groq(JsonReader json) {
        if (json.beginObject()) {
            while (json.nextField()) {
                if (json.name().equals("usage")) {
                    usage = last(UsageReader.usage(json), usage);
                } else {
                    json.skip();
                }
            }
        }
    }

    /** The last usage counts; usages are not added up. */
    private static @Nullable Usage last(@Nullable Usage seen, @Nullable Usage before) {
        return seen == null ? before : seen;
    }

    /** Keeps the first value. Every chunk repeats it; skipping the others avoids creating their strings. */
    private void note(String name, JsonReader json) {
        if (serverInfo.containsKey(name)) {
            json.skip();
            return;
        }
        String value = json.text();
        if (!value.isEmpty()) {
            serverInfo.put(name, value);
        }
    }

    /** The number of choices of the chunk. */
    int choiceCount() {
        return choiceCount;
    }

    Choice choice(int position) {
        return Objects.requireNonNull(choices.get(position));
    }

    /** Uses a new object for the next choice at this position, because the caller keeps the current one. */
    void replace(int position) {
        choices.set(position, null);
    }

    /** Whether the object has an array of choices, which may be empty, and is therefore a chunk. */
    boolean isChunk() {
        return sawChoices;
    }

    /** Whether the object may be an error; {@code finished} says whether the answer is complete. */
    boolean isError(boolean finished) {
        return errorDetector.isError(choiceCount > 0, finished);
    }

    /** The model that answered, as the server names it; empty until it is known. */
    String answeredBy() {
        return answeredBy;
    }

    /** The last usage that the server reported; null if there was none. */
    @Nullable
    Usage usage() {
        return usage == null ? usageOfChoice : usage;
    }
}
