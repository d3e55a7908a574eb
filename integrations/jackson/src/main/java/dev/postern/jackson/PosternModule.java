package dev.postern.jackson;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Message;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.wire.GatewayJson;
import java.util.List;
import tools.jackson.core.Version;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.module.SimpleDeserializers;
import tools.jackson.databind.module.SimpleSerializers;

/**
 * Lets Jackson 3 read and write {@link CompletionRequest}, {@link CompletionResponse}, {@link Message}, {@link StreamEvent},
 * {@link ToolDefinition}, {@link ToolCall}, {@link ToolResult} and {@link Usage}, by themselves, in collections and in other
 * types. Their JSON is that of {@link GatewayJson}, whatever naming strategy or type information the mapper uses.
 *
 * <pre>{@code
 * JsonMapper mapper = JsonMapper.builder().addModule(new PosternModule()).build();
 * }</pre>
 *
 * <p>{@code findAndAddModules()} finds the module, and so do frameworks that use it.
 *
 * <p>What cannot be read is a {@link tools.jackson.databind.exc.MismatchedInputException} that names the path of the invalid
 * value; its cause is the {@link dev.postern.LlmException} of {@link GatewayJson}. Text that is not JSON is Jackson's own
 * {@link tools.jackson.core.exc.StreamReadException}. A request's {@link CompletionRequest#options()}, which may have keys, are
 * neither written nor read. A JSON object with tool results beside other content is two messages and is refused, also in a list
 * of messages; inside of a request it is read.
 *
 * <p>Immutable and thread-safe.
 */
public final class PosternModule extends JacksonModule {
    /** The most bytes of one value by default: {@value}. */
    public static final int DEFAULT_MAX_BYTES = 64 << 20;

    private static final List<Class<? extends StreamEvent>> EVENTS = List.of(
            StreamEvent.ContentDelta.class,
            StreamEvent.ReasoningDelta.class,
            StreamEvent.ToolCallStart.class,
            StreamEvent.ToolCallDelta.class,
            StreamEvent.ToolCallComplete.class,
            StreamEvent.MessageStop.class,
            StreamEvent.UsageReported.class);

    private final int maxBytes;

    /** Creates the module with {@link #DEFAULT_MAX_BYTES}. */
    public PosternModule() {
        this(DEFAULT_MAX_BYTES);
    }

    /**
     * Creates the module with another limit.
     *
     * @param maxBytes the most bytes, as compact JSON in UTF-8, of one value that is read; a larger one is refused
     * @throws IllegalArgumentException if the limit is below 1
     */
    public PosternModule(int maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be at least 1, not " + maxBytes);
        }
        this.maxBytes = maxBytes;
    }

    /** The name {@code postern}. */
    @Override
    public String getModuleName() {
        return "postern";
    }

    /** An unknown version: the module has no compatibility rules of its own. */
    @Override
    public Version version() {
        return Version.unknownVersion();
    }

    @Override
    public void setupModule(SetupContext context) {
        SimpleSerializers serializers = new SimpleSerializers();
        SimpleDeserializers deserializers = new SimpleDeserializers();
        add(serializers, deserializers, CompletionRequest.class, GatewayJson.REQUEST);
        add(serializers, deserializers, CompletionResponse.class, GatewayJson.RESPONSE);
        add(serializers, deserializers, Message.class, GatewayJson.MESSAGE);
        add(serializers, deserializers, StreamEvent.class, GatewayJson.EVENT);
        add(serializers, deserializers, ToolDefinition.class, GatewayJson.TOOL);
        add(serializers, deserializers, ToolCall.class, GatewayJson.TOOL_CALL);
        add(serializers, deserializers, ToolResult.class, GatewayJson.TOOL_RESULT);
        add(serializers, deserializers, Usage.class, GatewayJson.USAGE);
        for (Class<? extends StreamEvent> event : EVENTS) {
            addEvent(deserializers, event);
        }
        context.addSerializers(serializers).addDeserializers(deserializers);
    }

    private <T> void add(
            SimpleSerializers serializers, SimpleDeserializers deserializers, Class<T> type, GatewayJson<T> form) {
        serializers.addSerializer(type, new ModelSerializer<>(type, form));
        deserializers.addDeserializer(type, new ModelDeserializer<>(type, form, maxBytes));
    }

    /** A field may have the type of one event; other events are refused there. */
    private <E extends StreamEvent> void addEvent(SimpleDeserializers deserializers, Class<E> type) {
        deserializers.addDeserializer(type, new ModelDeserializer<>(type, GatewayJson.EVENT, maxBytes));
    }
}
