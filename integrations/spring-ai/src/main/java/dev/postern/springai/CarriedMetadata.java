package dev.postern.springai;

import dev.postern.ProviderData;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of an assistant message of any chat model, as data that it expects back. Models keep signatures there under keys of their
 * own. Values are kept if they are JSON or bytes; what every model writes and none reads back is left out.
 */
final class CarriedMetadata {
    private static final Set<String> NOT_READ_BACK = Set.of(
            "messageType",
            "id",
            "role",
            "index",
            "finishReason",
            "refusal",
            "annotations",
            "isThought",
            "thinking",
            PosternChatModel.REASONING);

    private static final String BYTES = "$bytes";
    private static final int DEEPEST = 100;

    private CarriedMetadata() {}

    /** The metadata that is to come back. */
    static Map<String, @Nullable Object> kept(Map<String, Object> metadata) {
        Map<String, @Nullable Object> kept = new LinkedHashMap<>();
        metadata.forEach((key, value) -> {
            if (!NOT_READ_BACK.contains(key) && isCarried(value, 0)) {
                kept.put(key, encoded(value));
            }
        });
        return kept;
    }

    /** The metadata in data that {@link #kept} made. */
    static Map<String, Object> restored(ProviderData data) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        data.values().forEach((key, value) -> {
            Object decoded = decoded(value);
            if (decoded != null) { // copies of Spring AI's messages refuse null
                metadata.put(key, decoded);
            }
        });
        return metadata;
    }

    private static boolean isCarried(@Nullable Object value, int depth) {
        if (depth > DEEPEST) {
            return false;
        } else if (value instanceof Map<?, ?> map) {
            return map.keySet().stream().allMatch(String.class::isInstance)
                    && map.values().stream().allMatch(each -> isCarried(each, depth + 1));
        } else if (value instanceof List<?> list) {
            return list.stream().allMatch(each -> isCarried(each, depth + 1));
        } else if (value instanceof Double || value instanceof Float) {
            return Double.isFinite(((Number) value).doubleValue());
        }
        return value instanceof String
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof byte[];
    }

    private static @Nullable Object encoded(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return Map.of(BYTES, Base64.getEncoder().encodeToString(bytes));
        } else if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> encoded = new LinkedHashMap<>();
            map.forEach((key, each) -> encoded.put(String.valueOf(key), encoded(each)));
            return encoded;
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> encoded = new ArrayList<>();
            list.forEach(each -> encoded.add(encoded(each)));
            return encoded;
        }
        return value;
    }

    private static @Nullable Object decoded(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            if (map.size() == 1 && map.get(BYTES) instanceof String base64) {
                return Base64.getDecoder().decode(base64);
            }
            Map<String, @Nullable Object> decoded = new LinkedHashMap<>();
            map.forEach((key, each) -> decoded.put(String.valueOf(key), decoded(each)));
            return decoded;
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> decoded = new ArrayList<>();
            list.forEach(each -> decoded.add(decoded(each)));
            return decoded;
        }
        return value;
    }
}
