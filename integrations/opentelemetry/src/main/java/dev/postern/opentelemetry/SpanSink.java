package dev.postern.opentelemetry;

import dev.postern.genai.shared.AttributeSink;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import java.util.List;

/** Puts attributes into a span. */
final class SpanSink implements AttributeSink {
    private final Span span;

    SpanSink(Span span) {
        this.span = span;
    }

    @Override
    public void put(String name, String value) {
        span.setAttribute(name, value);
    }

    @Override
    public void put(String name, long value) {
        span.setAttribute(name, value);
    }

    @Override
    public void put(String name, double value) {
        span.setAttribute(name, value);
    }

    @Override
    public void put(String name, boolean value) {
        span.setAttribute(name, value);
    }

    @Override
    public void put(String name, List<String> values) {
        span.setAttribute(AttributeKey.stringArrayKey(name), values);
    }
}
