package dev.postern.testkit;

import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * An HTTP request, exactly as a server received it.
 *
 * @param method the method
 * @param target path and query
 * @param headers names and values in their original order and case
 * @param body the body, empty if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // bytes as they came; requests are not compared
public record WireRequest(String method, String target, List<Map.Entry<String, String>> headers, byte[] body) {

    /** The target without its query. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The first header of this name in any case, or empty. */
    public String header(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    /** The names of all headers, in their original case. */
    public List<String> headerNames() {
        return headers.stream().map(Map.Entry::getKey).toList();
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /**
     * The body as a JSON object.
     *
     * @throws dev.postern.json.JsonException if it is none
     */
    public JsonObject json() {
        return Json.object(body);
    }

    /** Method, target and the size of the body; no header, as headers hold keys. */
    @Override
    public String toString() {
        return method + " " + target + ", " + body.length + " bytes";
    }
}
