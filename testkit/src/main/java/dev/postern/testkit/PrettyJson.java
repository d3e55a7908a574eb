package dev.postern.testkit;

import dev.postern.json.Json;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON with a line for each member, so that a difference of two files shows what changed. */
final class PrettyJson {
    private final StringBuilder out = new StringBuilder();

    private PrettyJson() {}

    static String text(@Nullable Object value) {
        PrettyJson json = new PrettyJson();
        json.write(value, "\n");
        return json.out.append('\n').toString();
    }

    private void write(@Nullable Object value, String newLine) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            String inner = newLine + "  ";
            out.append('{');
            for (Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator(); entries.hasNext(); ) {
                Map.Entry<?, ?> entry = entries.next();
                out.append(inner).append(Json.text(entry.getKey())).append(": ");
                write(entry.getValue(), inner);
                out.append(entries.hasNext() ? "," : "");
            }
            out.append(newLine).append('}');
        } else if (value instanceof List<?> list && !list.isEmpty()) {
            String inner = newLine + "  ";
            out.append('[');
            for (Iterator<?> elements = list.iterator(); elements.hasNext(); ) {
                out.append(inner);
                write(elements.next(), inner);
                out.append(elements.hasNext() ? "," : "");
            }
            out.append(newLine).append(']');
        } else {
            out.append(Json.text(value));
        }
    }
}
