package dev.postern.opentelemetry;

import dev.postern.genai.shared.AttributeSink;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.List;

/** Collects the attributes with which a span is created. A sampler sees no others. */
final class AttributesSink implements AttributeSink {
    private final AttributesBuilder attributes = Attributes.builder();

    @Override
    public void put(String name, String value) {
        attributes.put(name, value);
    }

    @Override
    public void put(String name, long value) {
        attributes.put(name, value);
    }

    @Override
    public void put(String name, double value) {
        attributes.put(name, value);
    }

    @Override
    public void put(String name, boolean value) {
        attributes.put(name, value);
    }

    @Override
    public void put(String name, List<String> values) {
        attributes.put(AttributeKey.stringArrayKey(name), values);
    }

    /** Takes all of these. */
    void putAll(Attributes more) {
        attributes.putAll(more);
    }

    Attributes attributes() {
        return attributes.build();
    }
}
