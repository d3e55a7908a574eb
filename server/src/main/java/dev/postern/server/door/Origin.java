package dev.postern.server.door;

import dev.postern.Content;
import dev.postern.ProviderData;
import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a backend wants back with its reasoning and its tool calls, packed into one string together with the backend's name:
 * the {@code signature} of a thinking block, the {@code data} of a redacted one. Clients send both back unchanged. It comes back
 * to the backend that made it only; another one would refuse it.
 */
public final class Origin {
    private static final String PREFIX = "postern1.";

    private Origin() {}

    /** The text for reasoning of a backend; what is not empty of signature, redacted reasoning and provider data. */
    public static String pack(String backend, String signature, String redacted, ProviderData data) {
        return PREFIX
                + encoded(Json.bytes(json -> json.object(it -> {
                    it.field("b", backend).fieldIfAny("s", signature).fieldIfAny("r", redacted);
                    if (!data.isEmpty()) {
                        it.field("o", data.origin()).fieldOf("v", data.values());
                    }
                })));
    }

    /** The text for the provider data of a tool call. */
    public static String pack(String backend, ToolCall call) {
        return PREFIX
                + encoded(Json.bytes(json -> json.object(it -> it.field("b", backend)
                        .field("c", call.id())
                        .field("o", call.providerData().origin())
                        .fieldOf("v", call.providerData().values()))));
    }

    private static String encoded(byte[] json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
    }

    /**
     * What was packed; empty if it was not packed here, or by a backend that is not accepted.
     *
     * @param accepted tells whether a backend is among those that the request goes to
     */
    public static Optional<Packed> unpack(String text, Predicate<String> accepted) {
        if (!text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            byte[] json = Base64.getUrlDecoder()
                    .decode(text.substring(PREFIX.length()).getBytes(StandardCharsets.UTF_8));
            JsonObject fields = JsonObject.of(Json.parse(json));
            return accepted.test(fields.text("b")) ? Optional.of(new Packed(fields)) : Optional.empty();
        } catch (IllegalArgumentException | JsonException e) {
            return Optional.empty(); // the client changed it
        }
    }

    /**
     * What was packed.
     *
     * @param fields the fields, by their short names
     */
    public record Packed(JsonObject fields) {
        /** The id of the tool call that the data belongs to; empty for reasoning. */
        public String call() {
            return fields.text("c");
        }

        /** The provider data; empty if there was none. */
        public ProviderData data() {
            return fields.has("v") ? new ProviderData(fields.text("o"), values(fields.get("v"))) : ProviderData.NONE;
        }

        /** The reasoning, with this text. */
        public Content.Reasoning reasoning(String text) {
            return new Content.Reasoning(text, fields.text("s"), fields.text("r"), data());
        }

        @SuppressWarnings("unchecked") // the names of JSON objects are strings
        private static Map<String, @Nullable Object> values(@Nullable Object value) {
            return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
        }
    }
}
