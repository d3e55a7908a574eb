package dev.postern.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keywords of one schema. A malformed keyword is reported as a problem and treated as absent. */
record Keywords(Map<?, ?> fields, ValuePath path) {

    boolean has(String name) {
        return fields.containsKey(name);
    }

    @Nullable
    Object value(String name) {
        return fields.get(name);
    }

    ValuePath at(String name) {
        return path.property(name);
    }

    /** A keyword that must be a boolean. */
    boolean flag(String name) {
        Object value = value(name);
        if (value != null && !(value instanceof Boolean)) {
            at(name).mismatch("true or false", value);
        }
        return value instanceof Boolean flag && flag;
    }

    /** A keyword that must be a number. */
    @Nullable
    BigDecimal number(String name) {
        Object value = value(name);
        BigDecimal number = value instanceof Number any ? Numbers.exact(any) : null;
        if (number == null && value != null) {
            at(name).mismatch("a number", value);
        }
        return number;
    }

    /** A keyword that must be a non-negative integer. */
    long count(String name, long absent) {
        BigDecimal number = number(name);
        if (number == null) {
            return absent;
        }
        if (number.signum() < 0 || !Numbers.isWhole(number)) {
            at(name).mismatch("an integer, at least 0", value(name));
            return absent;
        }
        return number.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValue();
    }

    /** A keyword that must be a list. */
    List<@Nullable Object> list(String name) {
        Object value = value(name);
        if (value instanceof Collection<?> list) {
            return new ArrayList<>(list);
        }
        if (value instanceof Object[] array) {
            return Arrays.asList(array);
        }
        if (has(name)) {
            at(name).mismatch("a list", value);
        }
        return List.of();
    }

    /** A keyword that must be a list of strings. */
    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        List<@Nullable Object> list = list(name);
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof String text) {
                texts.add(text);
            } else {
                at(name).element(i).mismatch("text", list.get(i));
            }
        }
        return texts;
    }

    /** A keyword that is a list of schemas. */
    List<SchemaNode> schemas(String name, SchemaReader reader) {
        List<SchemaNode> schemas = new ArrayList<>();
        for (Object schema : list(name)) {
            schemas.add(reader.node(schema, at(name).element(schemas.size())));
        }
        return schemas;
    }

    /** A keyword that is a map of schemas. */
    Map<String, SchemaNode> named(String name, SchemaReader reader) {
        Map<String, SchemaNode> schemas = new LinkedHashMap<>();
        if (value(name) instanceof Map<?, ?> map) {
            map.forEach((key, schema) -> {
                String property = String.valueOf(key);
                schemas.put(property, reader.node(schema, at(name).property(property)));
            });
        } else if (has(name)) {
            at(name).mismatch("an object", value(name));
        }
        return schemas;
    }

    /** A pattern; null if it is malformed or unsupported. */
    @Nullable
    TextPattern pattern(String source, ValuePath where) {
        try {
            return TextPattern.of(source);
        } catch (IllegalArgumentException e) {
            where.problem("is not a regular expression: " + e.getMessage());
            return null;
        }
    }
}
