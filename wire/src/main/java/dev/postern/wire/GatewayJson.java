package dev.postern.wire;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of one type of the model in the gateway format, for values that an application stores, or takes and returns over
 * its own interface:
 *
 * <pre>{@code
 * String stored = GatewayJson.MESSAGE.list().text(messages);
 * List<Message> again = GatewayJson.MESSAGE.list().read(stored);
 * }</pre>
 *
 * <p>A value has the same fields in the same order as inside of a whole request, answer or stream. The readers accept what
 * {@link RequestReader} accepts, have its limits (200 levels, 2,000,000 values), and refuse all else with the path of the
 * invalid value. The source of the text must limit its length.
 *
 * <p>Immutable and thread-safe.
 *
 * @param <T> the type
 */
public final class GatewayJson<T> {
    /** A completion request, without its {@link CompletionRequest#options()}; the same JSON as {@link RequestWriter}'s. */
    public static final GatewayJson<CompletionRequest> REQUEST =
            of("", "requests", RequestWriter::fields, RequestReader::read);

    /** A whole answer; the same JSON as {@link ResponseWriter}'s. A call without an id gets a new one when it is read. */
    public static final GatewayJson<CompletionResponse> RESPONSE =
            of("", "responses", ResponseWriter::fields, ResponseReader::read);

    /**
     * An event of a stream, on one line; the same JSON as {@link EventWriter#write(StreamEvent)}. An event is read without the
     * events before it. For the stream of a gateway, use {@link EventReader}.
     */
    public static final GatewayJson<StreamEvent> EVENT = new GatewayJson<>(
            "event", "events", object(EventWriter::fields), reader(SingleEventReader::read), false, true);

    /**
     * A message. A JSON object with tool results beside other content is two messages. It can be read as an element of a
     * {@link #list()} only, which then has both.
     */
    public static final GatewayJson<Message> MESSAGE = new GatewayJson<>(
            "message",
            "messages",
            MessageWriter::write,
            (path, json, to) -> MessageReader.readOne(Fields.of(path, json)).forEach(to),
            false,
            false);

    /** The definition of a tool, as in {@code tools}. */
    public static final GatewayJson<ToolDefinition> TOOL =
            of("tool", "tools", RequestWriter::toolFields, ToolReader::tool);

    /** A tool call, as in {@code tool_calls}. */
    public static final GatewayJson<ToolCall> TOOL_CALL =
            of("tool_call", "tool_calls", PartWriter::callFields, CallReader::read);

    /** The result of a tool call, as in {@code tool_results}. */
    public static final GatewayJson<ToolResult> TOOL_RESULT =
            of("tool_result", "tool_results", PartWriter::resultFields, ResultReader::read);

    /** Token counts, as in {@code usage}. One of {@code input_tokens} and {@code output_tokens} must be there. */
    public static final GatewayJson<Usage> USAGE = of("usage", "usages", UsageFields::fields, UsageFields::required);

    private final String path;
    private final String listPath;
    private final BiConsumer<JsonWriter, T> writer;
    private final Reader<T> reader;
    private final boolean isList;
    private final boolean oneLine;

    private GatewayJson(
            String path,
            String listPath,
            BiConsumer<JsonWriter, T> writer,
            Reader<T> reader,
            boolean isList,
            boolean oneLine) {
        this.path = path;
        this.listPath = listPath;
        this.writer = writer;
        this.reader = reader;
        this.isList = isList;
        this.oneLine = oneLine;
    }

    /** Reads a JSON value, which is one value of the model or more. */
    private interface Reader<T> {
        void read(String path, @Nullable Object json, Consumer<T> to);
    }

    private static <T> GatewayJson<T> of(
            String path, String listPath, BiConsumer<JsonWriter, T> fields, Function<Fields, T> reader) {
        return new GatewayJson<>(path, listPath, object(fields), reader(reader), false, false);
    }

    private static <T> BiConsumer<JsonWriter, T> object(BiConsumer<JsonWriter, T> fields) {
        return (json, value) -> json.object(it -> fields.accept(it, value));
    }

    private static <T> Reader<T> reader(Function<Fields, T> reader) {
        return (path, json, to) -> to.accept(reader.apply(Fields.of(path, json)));
    }

    /** The JSON of a list of such values: an array. */
    public GatewayJson<List<T>> list() {
        return new GatewayJson<List<T>>(listPath, listPath, this::writeElements, this::readElements, true, oneLine);
    }

    private void writeElements(JsonWriter json, List<T> values) {
        json.array(it -> values.forEach(value -> writer.accept(it, value)));
    }

    private void readElements(String at, @Nullable Object json, Consumer<List<T>> to) {
        if (!(json instanceof List<?> elements)) {
            throw Fields.invalid(at, "must be a list");
        }
        List<T> values = new ArrayList<>();
        int index = 0;
        for (Object element : elements) {
            reader.read(at + "[" + index++ + "]", element, values::add);
        }
        to.accept(List.copyOf(values));
    }

    /** Writes the value, in UTF-8. */
    public byte[] write(T value) {
        Objects.requireNonNull(value, "value");
        byte[] json = Json.bytes(it -> writer.accept(it, value));
        return oneLine ? EventWriter.line(json) : json;
    }

    /** Writes the value. */
    public String text(T value) {
        return new String(write(value), StandardCharsets.UTF_8);
    }

    /**
     * Reads the value from JSON in UTF-8.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} with the path of the invalid value, such as
     *     {@code messages[1].tool_results[0].tool_use_id: must not be empty}; the path begins with {@code message},
     *     {@code tool}, {@code tool_call}, {@code tool_result}, {@code usage} or {@code event}, or with the plural of it for a
     *     list
     */
    public T read(byte[] json) {
        String root = path.isEmpty() ? "body" : path;
        List<T> values = new ArrayList<>();
        reader.read(path, RequestReader.parse(json, root, isList ? "array" : "object"), values::add);
        if (values.size() != 1) {
            throw Fields.invalid(
                    root,
                    "has tool results beside other content, so it is two messages; send the results as a message of their own");
        }
        return values.get(0);
    }

    /** Reads the value from JSON text; see {@link #read(byte[])}. */
    public T read(String json) {
        return read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "GatewayJson[" + (path.isEmpty() ? listPath.replaceAll("s$", "") : path) + "]";
    }
}
