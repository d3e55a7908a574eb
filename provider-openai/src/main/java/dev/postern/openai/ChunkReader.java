package dev.postern.openai;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Usage;
import dev.postern.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chunk of a stream, or a whole answer: {@code {"id", "model", "choices": […], "usage": {…}}}. What concerns the
 * answer as a whole is kept; the choices are of the last chunk alone.
 */
final class ChunkReader {
    /** More choices in one chunk are no answer of a model. */
    private static final int MAX_CHOICES = 128;

    private final DeltaReader deltas;
    private final UsageReader usages = new UsageReader();
    private final Map<String, @Nullable Object> metadata;
    private final ErrorDetector signs = new ErrorDetector();

    // Of the whole answer.
    private String answeredBy = "";
    private @Nullable Usage usage;
    private @Nullable Usage usageOfChoice;

    // Of the chunk.
    private final List<Choice> choices = new ArrayList<>(1); // the first choiceCount of them
    private int choiceCount;
    private boolean sawChoices;
    private boolean readsMessages;
    private boolean sawDelta; // in any chunk

    /** A reader of one answer, which adds to {@code metadata} what the answer says about itself. */
    ChunkReader(DeltaReader deltas, Map<String, @Nullable Object> metadata) {
        this.deltas = deltas;
        this.metadata = metadata;
    }

    /**
     * Reads the object that the reader stands on.
     *
     * @param wholeToo whether a {@code message} is of interest: not in a stream whose deltas have said something
     */
    void read(JsonReader json, boolean wholeToo) {
        choiceCount = 0;
        sawChoices = false;
        readsMessages = wholeToo;
        signs.reset();
        if (json.beginObject()) {
            while (json.nextField()) {
                field(json.name(), json);
            }
        }
    }

    private void field(String name, JsonReader json) {
        switch (name) {
            case "choices" -> choices(json);
            case "usage" -> usage = last(usages.read(json), usage);
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
                if (!signs.read(name, json)) {
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
                    Kind.PROTOCOL, "The server sent more than " + MAX_CHOICES + " choices at once; one was asked for.");
        }
        if (choiceCount == choices.size()) {
            choices.add(new Choice());
        }
        Choice choice = choices.get(choiceCount++);
        choice.reset();
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
                    if (readsMessages && !choice.delta.saysSomething()) {
                        deltas.read(json, choice.message, true);
                    } else {
                        json.skip();
                    }
                }
                case "text" -> {
                    if (sawDelta) {
                        json.skip(); // it repeats the delta (Hugging Face)
                    } else {
                        text = json.text();
                    }
                }
                case "finish_reason" -> choice.finish = json.text();
                case "usage" -> usageOfChoice = last(usages.read(json), usageOfChoice); // Moonshot
                default -> json.skip();
            }
        }
        sawDelta |= choice.delta.hasFields || choice.message.hasFields;
        if (!sawDelta && !text.isEmpty()) { // the API before chat, which some servers still answer in
            choice.delta.saw(Delta.Shape.MORE);
            choice.delta.hasFields = true;
            choice.delta.text = text;
        }
    }

    /** {@code {"usage": {…}}}: with Groq's compound models the only place. */
    private void groq(JsonReader json) {
        if (json.beginObject()) {
            while (json.nextField()) {
                if (json.name().equals("usage")) {
                    usage = last(usages.read(json), usage);
                } else {
                    json.skip();
                }
            }
        }
    }

    /** The last one counts, and is never added up. */
    private static @Nullable Usage last(@Nullable Usage seen, @Nullable Usage before) {
        return seen == null ? before : seen;
    }

    /** Every chunk repeats it: the first one is enough, and spares the others their strings. */
    private void note(String name, JsonReader json) {
        if (metadata.containsKey(name)) {
            json.skip();
            return;
        }
        String value = json.text();
        if (!value.isEmpty()) {
            metadata.put(name, value);
        }
    }

    /** How many choices the chunk has. */
    int choiceCount() {
        return choiceCount;
    }

    Choice choice(int place) {
        return choices.get(place);
    }

    /** Gives the choice at this place away: the next chunk gets another object. */
    void replace(int place) {
        choices.set(place, new Choice());
    }

    /** Whether the object has an array of choices and so is a chunk. The array may be empty. */
    boolean isChunk() {
        return sawChoices;
    }

    /** Whether the object may be an error; {@code finished} tells whether the answer is complete. */
    boolean isError(boolean finished) {
        return signs.isError(choiceCount > 0, finished);
    }

    /** The model that answered; empty until it is known. */
    String answeredBy() {
        return answeredBy;
    }

    /** The last usage that was reported. */
    @Nullable
    Usage usage() {
        return usage == null ? usageOfChoice : usage;
    }
}
