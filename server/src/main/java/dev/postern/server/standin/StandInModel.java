package dev.postern.server.standin;

import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The answers of the stand-in. They come from a few rules instead of a model; equal questions have equal answers. */
final class StandInModel {
    /** A word with its white space, which is about the size of the deltas of real models. */
    private static final Pattern PIECE = Pattern.compile("\\s*\\S+\\s*$|\\s*\\S+");

    private static final Pattern FRAGMENT = Pattern.compile(".{1,6}", Pattern.DOTALL);
    /** "in Paris", "in New York and Oslo". */
    private static final Pattern PLACE = Pattern.compile("\\b(?:in|and|or) (\\p{Lu}[\\p{L}-]*(?: \\p{Lu}[\\p{L}-]*)*)");

    /** "Remember that I live in Oslo." */
    private static final Pattern FACT = Pattern.compile("[Rr]emember that ([^.]*)");

    private static final Pattern NAME = Pattern.compile("\\p{Lu}[\\p{L}-]*(?: \\p{Lu}[\\p{L}-]*)*");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private static final String GATEWAY =
            "An LLM gateway stands between an application and the models that it uses. The application speaks one"
                    + " language, and the gateway speaks whatever each server wants to hear. So a model can be replaced"
                    + " without touching the code that asks it.";
    private static final String STORY =
            "Once upon a time there was a castle with a gate so grand that opening it took an hour. Everyone who"
                    + " was in a hurry used the postern, a small door around the corner. One day the lord of the"
                    + " castle came home late, found the great gate shut, and learned where his people had been all"
                    + " these years. He had the door painted, and left the gate to the ambassadors.";

    private StandInModel() {}

    /** A call of a tool, its arguments as JSON text. */
    record Call(String id, String name, String arguments) {
        /** The arguments as the fragments of a stream, which may end at any character. */
        List<String> fragments() {
            return split(FRAGMENT, arguments);
        }
    }

    /** An answer: either text or calls. The stand-in counts words instead of tokens. */
    record Answer(String text, List<Call> calls, String finishReason, int promptTokens, int completionTokens) {
        /** The text as the deltas of a stream. */
        List<String> pieces() {
            return split(PIECE, text);
        }
    }

    /** The answer to the body of a request. */
    static Answer answer(JsonObject request) {
        List<JsonObject> messages = request.objects("messages");
        int words = messages.stream()
                .mapToInt(message -> split(PIECE, said(message)).size())
                .sum();
        List<Call> calls = calls(request);
        if (!calls.isEmpty()) {
            int size = calls.stream().mapToInt(call -> call.fragments().size()).sum();
            return new Answer("", calls, "tool_calls", words, size);
        }
        List<String> pieces = split(PIECE, text(request));
        long most = request.integer("max_tokens", request.integer("max_completion_tokens", Integer.MAX_VALUE));
        boolean tooLong = pieces.size() > most;
        List<String> kept = tooLong ? pieces.subList(0, (int) most) : pieces;
        return new Answer(String.join("", kept), List.of(), tooLong ? "length" : "stop", words, kept.size());
    }

    /** The calls of the tools whose purpose is in the question. */
    private static List<Call> calls(JsonObject request) {
        List<Call> calls = new ArrayList<>();
        if (results(request).isEmpty()) {
            String question = question(request);
            for (JsonObject tool : request.objects("tools")) {
                String name = tool.object("function").text("name");
                for (Map<String, String> arguments : arguments(name, question)) {
                    calls.add(new Call("call_" + (calls.size() + 1), name, Json.text(arguments)));
                }
            }
        }
        return calls;
    }

    /**
     * The arguments of all calls of this tool: one call for each city, one fact to remember, or a call without
     * arguments.
     */
    private static List<Map<String, String>> arguments(String tool, String question) {
        if (tool.contains("weather") && question.contains("weather")) {
            return PLACE.matcher(question)
                    .results()
                    .map(place -> Map.of("city", place.group(1)))
                    .toList();
        }
        Matcher fact = FACT.matcher(question);
        if (tool.equals("remember") && fact.find()) {
            Map<String, String> note = new LinkedHashMap<>(); // in this order each time
            note.put("key", "note");
            note.put("content", fact.group(1));
            return List.of(note);
        }
        boolean asksForFacts = tool.equals("list_memories") && question.contains("know about me");
        return asksForFacts ? List.of(Map.of()) : List.of();
    }

    private static String text(JsonObject request) {
        String question = question(request);
        List<JsonObject> results = results(request);
        JsonObject format = request.object("response_format");
        if (!results.isEmpty()) {
            return String.join(
                    " ",
                    results.stream().map(result -> reported(request, result)).toList());
        }
        if (format.text("type").equals("json_schema")) {
            return Json.text(filled(format.object("json_schema").object("schema"), question));
        }
        if (format.text("type").equals("json_object")) {
            return Json.text(Map.of("answer", spoken(question)));
        }
        return spoken(question);
    }

    private static String spoken(String question) {
        String lower = question.toLowerCase(Locale.ROOT);
        if (lower.contains("capital of france")) {
            return "Paris";
        }
        if (lower.contains("gateway")) {
            return GATEWAY;
        }
        if (lower.contains("story")) {
            return STORY;
        }
        if (lower.contains("weather")) {
            return "I would ask a tool for that, but was offered none for the weather.";
        }
        return "You said \"" + question + "\", and I have nothing to say to that: I am a stand-in, a few rules where a"
                + " model would be. I know the capital of France, what a gateway is good for, and one story.";
    }

    /** What a tool found out, in a sentence. Ids come again in later turns, so the last call of that id is meant. */
    private static String reported(JsonObject request, JsonObject result) {
        String place = "";
        for (JsonObject message : request.objects("messages")) {
            for (JsonObject call : message.objects("tool_calls")) {
                if (call.text("id").equals(result.text("tool_call_id"))) {
                    place = Json.object(call.object("function").text("arguments"))
                            .text("city");
                }
            }
        }
        return place.isEmpty() ? said(result) : "The weather in " + place + ": " + said(result) + ".";
    }

    /** An object after a schema, its strings and numbers taken from the text in the order in which they stand there. */
    private static Map<String, Object> filled(JsonObject schema, String text) {
        Matcher names = NAME.matcher(text);
        Matcher numbers = NUMBER.matcher(text);
        Map<String, Object> object = new LinkedHashMap<>();
        if (schema.get("properties") instanceof Map<?, ?> properties) {
            properties.forEach((name, property) -> {
                switch (JsonObject.of(property).text("type")) {
                    case "string" -> object.put(String.valueOf(name), names.find() ? names.group() : "");
                    case "integer", "number" ->
                        object.put(String.valueOf(name), numbers.find() ? Long.parseLong(numbers.group()) : 0L);
                    case "boolean" -> object.put(String.valueOf(name), true);
                    case "array" -> object.put(String.valueOf(name), List.of());
                    default -> object.put(String.valueOf(name), Map.of());
                }
            });
        }
        return object;
    }

    /** The text of the last user message. */
    private static String question(JsonObject request) {
        String question = "";
        for (JsonObject message : request.objects("messages")) {
            question = message.text("role").equals("user") ? said(message) : question;
        }
        return question;
    }

    /** The tool results at the end of the conversation. */
    private static List<JsonObject> results(JsonObject request) {
        List<JsonObject> results = new ArrayList<>();
        for (JsonObject message : request.objects("messages")) {
            if (message.text("role").equals("tool")) {
                results.add(message);
            } else {
                results.clear();
            }
        }
        return results;
    }

    /** The text of a message, whose content is a string or a list of parts. */
    private static String said(JsonObject message) {
        StringBuilder text = new StringBuilder(message.text("content"));
        message.objects("content").forEach(part -> text.append(part.text("text")));
        return text.toString();
    }

    private static List<String> split(Pattern piece, String text) {
        return piece.matcher(text).results().map(MatchResult::group).toList();
    }
}
