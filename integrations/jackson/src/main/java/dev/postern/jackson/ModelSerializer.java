package dev.postern.jackson;

import dev.postern.wire.GatewayJson;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonGeneratorBase;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.std.StdSerializer;

/** Writes values of one type in the gateway format. */
final class ModelSerializer<T> extends StdSerializer<T> {
    private final GatewayJson<T> form;

    ModelSerializer(Class<T> type, GatewayJson<T> form) {
        super(type);
        this.form = form;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializationContext context) {
        if (writesPlainJson(out)) {
            out.writeRawValue(form.text(value));
        } else {
            TokenCopy.write(form.write(value), out);
        }
    }

    /** The format has fields of its own that name the type, so it is read without Jackson's. */
    @Override
    public void serializeWithType(T value, JsonGenerator out, SerializationContext context, TypeSerializer types) {
        serialize(value, out, context);
    }

    /** Whether the text of the value can be written as it is: no tree, binary format, layout or escapes of the mapper. */
    private static boolean writesPlainJson(JsonGenerator out) {
        return out instanceof JsonGeneratorBase json
                && json.getPrettyPrinter() == null
                && json.getCharacterEscapes() == null
                && json.getHighestNonEscapedChar() == 0
                && json.isEnabled(JsonWriteFeature.QUOTE_PROPERTY_NAMES)
                && !json.isEnabled(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
                && !json.isEnabled(JsonWriteFeature.WRITE_NUMBERS_AS_STRINGS);
    }
}
