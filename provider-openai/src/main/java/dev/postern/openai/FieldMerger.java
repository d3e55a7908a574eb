package dev.postern.openai;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fields whose values come in pieces, chunk by chunk: arrays are joined, objects merged, and of other values the last one
 * counts. The strings of {@code audio} are joined, too: OpenAI sends its sound and its transcript that way.
 */
final class FieldMerger {
    private static final String AUDIO = "audio";
    private static final String DATA = "data";
    private static final String TRANSCRIPT = "transcript";
    private static final long COST_OF_A_VALUE = 16;

    private final SizeLimit budget;
    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

    FieldMerger(SizeLimit budget) {
        this.budget = budget;
    }

    /** A piece of a field. One that says nothing is none. */
    void add(String name, @Nullable Object piece) {
        if (!isEmpty(piece)) {
            budget.take(name.length() + size(piece));
            fields.put(name, merged(name.equals(AUDIO), fields.get(name), piece));
        }
    }

    private static @Nullable Object merged(boolean joinStrings, @Nullable Object had, @Nullable Object piece) {
        if (had instanceof Joined text && piece instanceof String more) {
            text.pieces.add(more);
            return text;
        }
        if (had instanceof List<?> before && piece instanceof List<?> more) {
            List<@Nullable Object> all = before instanceof Grown grown ? grown : new Grown(before);
            all.addAll(more);
            return all;
        }
        if (piece instanceof Map<?, ?> more) {
            Map<Object, @Nullable Object> all =
                    had instanceof Map<?, ?> before ? new LinkedHashMap<>(before) : new LinkedHashMap<>();
            more.forEach((key, value) -> {
                if (!isEmpty(value)) {
                    boolean isPiece = joinStrings && (DATA.equals(key) || TRANSCRIPT.equals(key));
                    Object start = isPiece && !(all.get(key) instanceof Joined) ? new Joined(DATA.equals(key)) : null;
                    all.put(key, merged(false, start == null ? all.get(key) : start, value));
                } else {
                    all.putIfAbsent(key, value);
                }
            });
            return all;
        }
        return piece;
    }

    /** All fields, as JSON values. */
    Map<String, @Nullable Object> all() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        fields.forEach((name, value) -> all.put(name, plain(value)));
        return all;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Joined text) {
            return text.toString();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> plain = new LinkedHashMap<>();
            map.forEach((key, field) -> plain.put(key, plain(field)));
            return plain;
        }
        return value;
    }

    /** Whether a value says nothing: some servers fill every field with null, with zero or with an empty string. */
    static boolean isEmpty(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().allMatch(FieldMerger::isEmptyOrZero);
        }
        return value == null || value.equals("") || (value instanceof List<?> list && list.isEmpty());
    }

    private static boolean isEmptyOrZero(@Nullable Object value) {
        return value instanceof Number number ? number.doubleValue() == 0 : isEmpty(value);
    }

    /** About how much a value takes, names of fields included. */
    static long size(@Nullable Object value) {
        if (value instanceof String text) {
            return COST_OF_A_VALUE + text.length();
        }
        long size = COST_OF_A_VALUE;
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

    /** A list of ours, which may grow. */
    private static final class Grown extends ArrayList<@Nullable Object> {
        private static final long serialVersionUID = 1L;

        Grown(List<?> start) {
            super(start);
        }
    }

    /** A string in pieces. Each piece of base64 may have padding of its own; then the bytes are joined. */
    private static final class Joined {
        private final boolean base64;
        private final List<String> pieces = new ArrayList<>();

        Joined(boolean base64) {
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
            } catch (IllegalArgumentException e) { // no base64 after all
                return String.join("", pieces);
            }
        }
    }
}
