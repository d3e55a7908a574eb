package dev.postern.openai;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.http.Decoder.Phase;
import dev.postern.http.SseHandler;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.json.JsonReader;
import dev.postern.json.JsonTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer, whether it comes as the chunks of a stream or whole: a whole answer is a chunk whose {@code message}
 * stands where the {@code delta} would. Emits text, reasoning and tool fragments as they come, and at the end the tool
 * calls, the stop and the usage.
 *
 * <p>The end is decided by what was seen: an error means failure; else a finish reason or {@code [DONE]} means success;
 * else the stream was cut.
 */
final class ChatReader implements SseHandler<StreamEvent> {
    private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

    private final ErrorReader errors;
    private final ToolCallAssembler tools;
    private final MessageExtras extras;
    private final DeltaReader deltas;
    private final UsageReader usages = new UsageReader();
    private final Map<String, @Nullable Object> metadata;
    private final JsonReader json = new JsonReader();
    private final JsonTemplate repeated = new JsonTemplate();

    private final String model;
    private String answeredBy = "";
    private String finish = "";
    private boolean done;
    private boolean sawChoice;
    private @Nullable Usage usage;

    // Of the chunk that is being read.
    private boolean isError;
    private boolean sawChoices;

    /**
     * A reader of one answer.
     *
     * @param model the model that was asked, for servers that do not say which one answered
     * @param metadata what the HTTP headers said
     */
    ChatReader(
            ErrorReader errors, ToolCallAssembler tools, MessageExtras extras, String model, Map<String, ?> metadata) {
        this.errors = errors;
        this.tools = tools;
        this.extras = extras;
        this.deltas = new DeltaReader(tools, extras);
        this.model = model;
        this.metadata = new LinkedHashMap<>(metadata);
    }

    @Override
    public void event(String type, byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        int from = offset;
        int to = offset + length;
        while (from < to && buffer[from] <= ' ' && buffer[from] >= 0) {
            from++;
        }
        while (from < to && buffer[to - 1] <= ' ' && buffer[to - 1] >= 0) {
            to--;
        }
        if (from == to) {
            return;
        }
        if (isDone(buffer, from, to)) {
            done = true;
        } else if (type.equals("error") || buffer[from] != '{') {
            // Nothing but an object is a chunk: Gemini sends errors as arrays, Gaudi's TGI as a Python literal.
            throw errors.inStream(Arrays.copyOfRange(buffer, from, to));
        } else {
            chunk(buffer, from, to - from, out);
        }
    }

    /** A stream may end inside its last event: one that forgot the blank line is whole, one that was cut is not. */
    @Override
    public void unfinished(String type, byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        byte[] data = Arrays.copyOfRange(buffer, offset, offset + length);
        if (isDone(data, 0, length) || isJson(data)) {
            event(type, data, 0, length, out);
        } else if (finish.isEmpty()) {
            throw cut();
        }
    }

    private static boolean isDone(byte[] buffer, int from, int to) {
        return Arrays.equals(buffer, from, to, DONE, 0, DONE.length);
    }

    private static boolean isJson(byte[] data) {
        try {
            Json.parse(data);
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    /** An answer that came whole. Nothing of it goes out before all was read, or it could not be asked for again. */
    void whole(byte[] body, Consumer<? super StreamEvent> out) {
        if (body[0] != '{' && body[0] != '[') {
            throw errors.notJson(body);
        }
        List<StreamEvent> events = new ArrayList<>();
        try {
            event("message", body, 0, body.length, events::add);
        } catch (JsonException e) {
            throw e.truncated() ? cut() : errors.notJson(body);
        }
        if (!sawChoice) {
            throw errors.noChoices(body);
        }
        done = true;
        end(events::add);
        events.forEach(out);
    }

    private void chunk(byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        if (repeated.fits(buffer, offset, length)) {
            deltas.again(repeated.text(), out); // all else that it says is known: reading it once more changes nothing
            return;
        }
        isError = false;
        sawChoices = false;
        deltas.reset();
        json.begin(buffer, offset, length, repeated);
        if (json.beginObject()) {
            while (json.nextField()) {
                field(json.name(), out);
            }
        }
        json.end();
        if (isError) {
            byte[] payload = Arrays.copyOfRange(buffer, offset, offset + length);
            if (!ErrorBody.of(payload).isEmpty()) { // some servers fill every field with an empty value
                throw errors.inStream(payload);
            }
        } else if (deltas.isOneString()) {
            repeated.keep(deltas.oneString(), buffer, offset, length);
        }
    }

    /** {@code {"id", "model", "choices": […], "usage": {…}}} */
    private void field(String name, Consumer<? super StreamEvent> out) {
        switch (name) {
            case "choices" -> choices(out);
            case "usage" -> usage(usages.read(json));
            case "x_groq" -> groq();
            case "model" -> {
                if (answeredBy.isEmpty()) {
                    answeredBy = json.text();
                } else {
                    json.skip();
                }
            }
            case CompletionResponse.ID, "system_fingerprint", "service_tier", "provider" -> note(name);
            case "error" -> {
                isError |= !json.isNull();
                json.skip();
            }
            case "detail" -> { // FastAPI's word for an error
                isError |= !sawChoices && !json.isNull();
                json.skip();
            }
            case "object" -> isError |= json.is("error"); // vLLM before 0.10.1, Mistral
            default -> json.skip();
        }
    }

    private void choices(Consumer<? super StreamEvent> out) {
        sawChoices = true;
        if (json.beginArray()) {
            boolean first = true;
            while (json.nextElement()) {
                if (first) {
                    choice(out);
                } else {
                    json.skip(); // n > 1 was not asked for by us
                }
                first = false;
            }
        }
    }

    /** {@code {"index": 0, "delta": {…}, "finish_reason": null}} */
    private void choice(Consumer<? super StreamEvent> out) {
        if (!json.beginObject()) {
            return;
        }
        sawChoice = true;
        while (json.nextField()) {
            switch (json.name()) {
                case "index" -> {
                    if (json.integer(0) > 0) {
                        skipRest();
                        return;
                    }
                }
                case "delta" -> deltas.read(json, false, out);
                case "message" -> deltas.read(json, true, out);
                case "finish_reason" -> finish = orElse(json.text(), finish);
                default -> json.skip();
            }
        }
    }

    private void skipRest() {
        while (json.nextField()) {
            json.skip();
        }
    }

    /** {@code {"usage": {…}}}: with Groq's compound models the only place. */
    private void groq() {
        if (json.beginObject()) {
            while (json.nextField()) {
                if (json.name().equals("usage")) {
                    usage(usages.read(json));
                } else {
                    json.skip();
                }
            }
        }
    }

    private void usage(@Nullable Usage seen) {
        if (seen != null) {
            usage = seen; // the last one counts, and is never added up
        }
    }

    /** Every chunk says it again: the first one is enough, and spares the others their strings. */
    private void note(String name) {
        if (metadata.containsKey(name)) {
            json.skip();
            return;
        }
        String value = json.text();
        if (!value.isEmpty()) {
            metadata.put(name, value);
        }
    }

    @Override
    public void end(Consumer<? super StreamEvent> out) {
        if (WireNames.isFailure(finish)) {
            throw errors.failedFinish(finish);
        }
        if (finish.isEmpty() && !done) {
            throw cut();
        }
        extras.tell(out);
        tools.complete(out);
        if (!finish.isEmpty()) {
            metadata.put(CompletionResponse.FINISH_REASON, finish);
        }
        out.accept(new StreamEvent.MessageStop(stopReason(), orElse(answeredBy, model), metadata));
        if (usage != null) {
            out.accept(new StreamEvent.Metadata(usage));
        }
    }

    private StopReason stopReason() {
        if (!tools.isEmpty()) {
            return StopReason.TOOL_USE; // several servers say "stop"
        }
        if (deltas.refused()) {
            return StopReason.CONTENT_FILTER;
        }
        StopReason said = WireNames.stopReason(finish);
        return said == StopReason.TOOL_USE ? StopReason.END_TURN : said; // it says tool_calls and has none
    }

    private LlmException cut() {
        return errors.described(LlmException.builder(
                Kind.INCOMPLETE_STREAM, "The answer was cut off: the server sent neither a finish reason nor [DONE]."));
    }

    @Override
    public Phase phase() {
        return done ? Phase.DONE : finish.isEmpty() ? Phase.OPEN : Phase.ANSWERED;
    }

    private static String orElse(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
