package dev.postern.micrometer;

import dev.postern.genai.shared.AttributeSink;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import java.util.ArrayList;
import java.util.List;

/** Collects key values. */
final class KeyValueSink implements AttributeSink {
    private final List<KeyValue> all = new ArrayList<>();

    @Override
    public void put(String name, String value) {
        all.add(KeyValue.of(name, value));
    }

    @Override
    public void put(String name, long value) {
        put(name, Long.toString(value));
    }

    @Override
    public void put(String name, double value) {
        put(name, Double.toString(value));
    }

    @Override
    public void put(String name, boolean value) {
        put(name, Boolean.toString(value));
    }

    @Override
    public void put(String name, List<String> values) {
        put(name, String.join(",", values));
    }

    /** Puts a key that must always be there, because a meter has the same keys each time. */
    void putAlways(String name, String value) {
        put(name, value.isEmpty() ? KeyValue.NONE_VALUE : value);
    }

    KeyValues keyValues() {
        return KeyValues.of(all);
    }
}
