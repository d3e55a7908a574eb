package dev.postern.testkit;

import dev.postern.flow.SecretNames;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request and its answer, as they are in the file.
 *
 * @param method the method
 * @param target path and query
 * @param headers the headers to compare, names in lower case
 * @param body the request's body: a JSON value, or its text if it is no JSON
 * @param status the status
 * @param answerHeaders the answer's headers
 * @param parts the answer's body, see {@link RecordedBody}
 * @param end how the answer ended
 */
record RecordedExchange(
        String method,
        String target,
        Map<String, String> headers,
        @Nullable Object body,
        int status,
        Map<String, String> answerHeaders,
        List<?> parts,
        End end) {

    /** How an answer ended. */
    enum End {
        /** As a whole. */
        COMPLETE,
        /** The server's connection broke. */
        CUT,
        /** The client closed the connection. */
        CANCELLED
    }

    /** The JSON of a request's body, or its text. */
    static @Nullable Object bodyOf(WireRequest request) {
        try {
            return request.body().length == 0 ? null : Json.parse(request.body());
        } catch (JsonException e) {
            return request.text();
        }
    }

    Map<String, @Nullable Object> toJson() {
        return Fields.of(
                "request",
                Fields.of("method", method, "target", target, "headers", headers, "body", body),
                "answer",
                Fields.of(
                        "status",
                        (long) status,
                        "headers",
                        answerHeaders,
                        "parts",
                        parts,
                        "end",
                        end.name().toLowerCase(Locale.ROOT)));
    }

    static RecordedExchange of(JsonObject json) {
        JsonObject request = json.object("request");
        JsonObject answer = json.object("answer");
        return new RecordedExchange(
                request.text("method"),
                request.text("target"),
                texts(request.object("headers")),
                request.get("body"),
                (int) answer.integer("status", 200),
                texts(answer.object("headers")),
                answer.get("parts") instanceof List<?> parts ? parts : List.of(),
                End.valueOf(answer.text("end").toUpperCase(Locale.ROOT)));
    }

    private static Map<String, String> texts(JsonObject object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.names().forEach(name -> texts.put(name, object.text(name)));
        return texts;
    }

    /** Where this request differs from the recorded one; empty if it is the same. */
    List<String> differences(WireRequest request) {
        List<String> differences = new ArrayList<>();
        String line = request.method() + " " + request.target();
        if (!JsonDifferences.matches(method + " " + target, line)) {
            differences.add("the request line: expected " + method + " " + target + ", but it is " + line);
        }
        headers.forEach((name, value) -> {
            if (!JsonDifferences.matches(value, request.header(name))) {
                differences.add("the header " + name + ": expected \"" + value + "\", but it is \""
                        + (SecretNames.isSecret(name) ? Scrubber.MASK : request.header(name)) + "\"");
            }
        });
        differences.addAll(JsonDifferences.between(body, bodyOf(request)));
        return differences;
    }
}
