package dev.postern.openai;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Merges fields whose values come in pieces, one in each chunk. Arrays are joined, objects are merged, and the last one
 * of other values counts. The strings in {@code audio} are joined too: OpenAI sends the data and the transcript in
 * pieces.
 */
final class FieldMerger {
    private static final String AUDIO = "audio";
    private static final String DATA = "data";
    private static final String TRANSCRIPT = "transcript";
    private static final long VALUE_SIZE = 16;

    private final SizeLimit limit;
    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

    FieldMerger(SizeLimit limit) {
        this.limit = limit;
    }

    /** Adds a piece of a field, unless it is empty. */
    void add(String name, @Nullable Object piece) {
        if (!isEmpty(piece)) {
            limit.add(name.length() + size(piece));
            fields.put(name, merged(name.equals(AUDIO), fields.get(name), piece));
        }
    }

    private static @Nullable Object merged(boolean joinStrings, @Nullable Object earlier, @Nullable Object piece) {
        if (earlier instanceof StringPieces text && piece instanceof String more) {
            text.pieces.add(more);
            return text;
        }
        if (earlier instanceof List<?> before && piece instanceof List<?> more) {
            List<@Nullable Object> all = before instanceof OwnList own ? own : new OwnList(before);
            all.addAll(more);
            return all;
        }
        if (piece instanceof Map<?, ?> more) {
            Map<Object, @Nullable Object> all =
                    earlier instanceof Map<?, ?> before ? new LinkedHashMap<>(before) : new LinkedHashMap<>();
            more.forEach((key, value) -> {
                if (!isEmpty(value)) {
                    boolean isPiece = joinStrings && (DATA.equals(key) || TRANSCRIPT.equals(key));
                    Object start = isPiece && !(all.get(key) instanceof StringPieces)
                            ? new StringPieces(DATA.equals(key))
                            : null;
                    all.put(key, merged(false, start == null ? all.get(key) : start, value));
                } else {
                    all.putIfAbsent(key, value);
                }
            });
            return all;
        }
        return piece;
    }

    /** Returns all fields, as JSON values. */
    Map<String, @Nullable Object> all() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        fields.forEach((name, value) -> all.put(name, plain(value)));
        return all;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof StringPieces text) {
            return text.toString();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> plain = new LinkedHashMap<>();
            map.forEach((key, field) -> plain.put(key, plain(field)));
            return plain;
        }
        return value;
    }

    /** Whether a value is empty. Some servers fill unused fields with null, with zero or with an empty string. */
    static boolean isEmpty(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().allMatch(FieldMerger::isEmptyOrZero);
        }
        return value == null || value.equals("") || (value instanceof List<?> list && list.isEmpty());
    }

    private static boolean isEmptyOrZero(@Nullable Object value) {
        return value instanceof Number number ? number.doubleValue() == 0 : isEmpty(value);
    }

    /** The approximate size of a value in characters, names of fields included. */
    static long size(@Nullable Object value) {
        if (value instanceof String text) {
            return VALUE_SIZE + text.length();
        }
        long size = VALUE_SIZE;
        if (value instanceof List<?> list) {
            for (Object element : list) {
                size += size(element);
            }
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> field : map.entrySet()) {
                size += size(field.getKey()) + size(field.getValue());
            }
        }
        return size;
    }

    /** A list that this class created and may therefore extend. */
    private static final class OwnList extends ArrayList<@Nullable Object> {
        private static final long serialVersionUID = 1L;

        OwnList(List<?> start) {
            super(start);
        }
    }

    /** A string in pieces. If pieces of base64 have their own padding, the decoded bytes are joined. */
    private static final class StringPieces {
        private final boolean base64;
        private final List<String> pieces = new ArrayList<>();

        StringPieces(boolean base64) {
            this.base64 = base64;
        }

        @Override
        public String toString() {
            boolean padded = base64
                    && pieces.subList(0, Math.max(0, pieces.size() - 1)).stream()
                            .anyMatch(piece -> piece.endsWith("="));
            return padded ? joinedBytes() : String.join("", pieces);
        }

        private String joinedBytes() {
            try {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                pieces.forEach(piece -> bytes.writeBytes(Base64.getDecoder().decode(piece)));
                return Base64.getEncoder().encodeToString(bytes.toByteArray());
            } catch (IllegalArgumentException e) { // the text is not base64
                return String.join("", pieces);
            }
        }
    }
}
