package dev.postern.jackson;

import dev.postern.LlmException;
import dev.postern.wire.GatewayJson;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.jsontype.TypeDeserializer;

/** Reads values of one type from the gateway format. */
final class ModelDeserializer<T> extends StdDeserializer<T> {
    /** A name or a type that is not known may be quoted in a message. */
    private static final int MAX_MESSAGE = 500;

    private final Class<T> type;
    private final GatewayJson<? super T> form;
    private final int maxBytes;

    ModelDeserializer(Class<T> type, GatewayJson<? super T> form, int maxBytes) {
        super(type);
        this.type = type;
        this.form = form;
        this.maxBytes = maxBytes;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) {
        byte[] json = new TokenCopy(in, type, maxBytes).read();
        Object value;
        try {
            value = form.read(json);
        } catch (LlmException e) {
            String message = String.valueOf(e.getMessage());
            String bounded = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + "…" : message;
            MismatchedInputException failure = MismatchedInputException.from(in, type, bounded);
            failure.initCause(e);
            throw failure;
        }
        if (!type.isInstance(value)) {
            throw MismatchedInputException.from(
                    in,
                    type,
                    "event.type: a " + type.getSimpleName() + " is expected here, not a "
                            + value.getClass().getSimpleName());
        }
        return type.cast(value);
    }

    @Override
    public Object deserializeWithType(JsonParser in, DeserializationContext context, TypeDeserializer types) {
        return deserialize(in, context);
    }

    @Override
    public Boolean supportsUpdate(DeserializationConfig config) {
        return false;
    }
}
