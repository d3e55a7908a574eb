package dev.postern.examples;

import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.ResponseFormat;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An answer that a program can read: JSON with a schema. */
public final class JsonAnswer {
    private JsonAnswer() {}

    /** Runs the example. */
    public static void main(String[] args) throws Exception {
        Example.main(JsonAnswer::run);
    }

    static void run(LlmProvider llm, PrintStream out) {
        Map<String, Object> properties = new LinkedHashMap<>(); // keeps the order, which models follow
        properties.put("name", Map.of("type", "string"));
        properties.put("born", Map.of("type", "integer"));
        properties.put("birthplace", Map.of("type", "string"));
        Map<String, Object> person = Map.of(
                "type",
                "object",
                "properties",
                properties,
                "required",
                List.copyOf(properties.keySet()),
                "additionalProperties",
                false);

        // Some servers have no such setting and get the schema as text, so the answer must be checked.
        String text = "Ada Lovelace was born in 1815, in London.";
        String answer = llm.completions(CompletionRequest.builder()
                        .system("Extract the person from the text.")
                        .user(text)
                        .responseFormat(ResponseFormat.jsonSchema("person", person))
                        .build())
                .content();

        JsonObject json = Json.object(answer); // or the JSON library of your choice
        out.println("text        " + text);
        out.println("answer      " + answer);
        if (!json.has("name")) {
            out.println("This model does not keep to the schema.");
            return;
        }
        out.println("name        " + json.text("name"));
        out.println("born        " + json.integer("born", 0));
        out.println("birthplace  " + json.text("birthplace"));
    }
}
