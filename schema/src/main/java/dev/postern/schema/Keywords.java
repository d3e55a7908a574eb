package dev.postern.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keywords of one schema; one that is not what it must be is a problem, and counts as absent. */
record Keywords(Map<?, ?> fields, Place place) {

    boolean has(String name) {
        return fields.containsKey(name);
    }

    @Nullable
    Object value(String name) {
        return fields.get(name);
    }

    Place at(String name) {
        return place.property(name);
    }

    /** A keyword that must be true or false. */
    boolean flag(String name) {
        Object value = value(name);
        if (value != null && !(value instanceof Boolean)) {
            at(name).misfit("true or false", value);
        }
        return value instanceof Boolean flag && flag;
    }

    /** A keyword that must be a number. */
    @Nullable
    BigDecimal number(String name) {
        Object value = value(name);
        BigDecimal number = value instanceof Number any ? Numbers.exact(any) : null;
        if (number == null && value != null) {
            at(name).misfit("a number", value);
        }
        return number;
    }

    /** A keyword that counts something. */
    long count(String name, long absent) {
        BigDecimal number = number(name);
        if (number == null) {
            return absent;
        }
        if (number.signum() < 0 || !Numbers.isWhole(number)) {
            at(name).misfit("an integer, at least 0", value(name));
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
            at(name).misfit("a list", value);
        }
        return List.of();
    }

    /** A keyword that must be a list of texts. */
    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        List<@Nullable Object> list = list(name);
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof String text) {
                texts.add(text);
            } else {
                at(name).element(i).misfit("text", list.get(i));
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
            at(name).misfit("an object", value(name));
        }
        return schemas;
    }

    /** A pattern; null where it is of a kind that is not checked. */
    @Nullable
    TextPattern pattern(String source, Place where) {
        try {
            return TextPattern.of(source);
        } catch (IllegalArgumentException e) {
            where.problem("is no regular expression: " + e.getMessage());
            return null;
        }
    }
}
