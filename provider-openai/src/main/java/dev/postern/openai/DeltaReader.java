package dev.postern.openai;

import dev.postern.json.JsonObject;
import dev.postern.json.JsonReader;
import dev.postern.openai.Delta.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code delta} or a {@code message}: text, reasoning, a refusal and fragments of tool calls, in all forms that
 * servers send.
 */
final class DeltaReader {
    private final boolean keepsDetails;

    /**
     * Creates a reader for one answer.
     *
     * @param keepsDetails whether to keep {@code reasoning_details} to send them back
     */
    DeltaReader(boolean keepsDetails) {
        this.keepsDetails = keepsDetails;
    }

    void read(JsonReader json, Delta delta, boolean whole) {
        if (!json.beginObject()) {
            return; // null, for example from Azure's content filter
        }
        ToolFragment legacy = null;
        String transcript = "";
        while (json.nextField()) {
            delta.hasFields = true;
            switch (json.name()) {
                case "content" -> content(json, delta);
                case "reasoning_content" -> delta.reasoningContent = reasoning(json, delta);
                case "reasoning" -> delta.reasoning = reasoning(json, delta);
                case "reasoning_text" -> delta.reasoningText = reasoning(json, delta); // Copilot
                case MessageExtras.REASONING_OPAQUE -> opaque(json.text(), delta);
                case MessageExtras.REASONING_DETAILS -> details(json, delta);
                case MessageExtras.THINKING_BLOCKS -> thinking(json, delta);
                case MessageExtras.EXTRA_CONTENT -> extraContent(json.value(), delta);
                case "refusal" -> refusal(json.text(), delta);
                case "audio" -> transcript = audio(json, delta);
                case "images" -> images(json, delta);
                case "tool_calls" -> ToolCallReader.read(json, delta);
                case "function_call" -> legacy = ToolCallReader.legacy(json, delta, whole);
                default -> json.skip();
            }
        }
        if (delta.text.isEmpty()) {
            delta.text = transcript;
        }
        if (legacy != null && delta.callCount() == 0) { // otherwise it repeats tool_calls
            delta.addCall().set(legacy);
        }
    }

    private static String reasoning(JsonReader json, Delta delta) {
        if (json.isObject() || json.isArray()) { // {"text": "…"}, or a list of these
            delta.addShape(Shape.OTHER);
            return json.isArray() ? texts(json) : textsOf(json);
        }
        String reasoning = json.varying();
        if (!reasoning.isEmpty()) {
            delta.addShape(Shape.REASONING);
        }
        return reasoning;
    }

    /** A string, or typed parts (Mistral, Groq, Databricks). */
    private static void content(JsonReader json, Delta delta) {
        if (!json.isArray()) {
            String more = json.varying();
            if (!more.isEmpty()) {
                delta.addShape(Shape.TEXT);
            }
            delta.text = delta.text.isEmpty() ? more : delta.text + more; // nearly always without a copy
        } else if (json.beginArray()) {
            delta.addShape(Shape.OTHER);
            while (json.nextElement()) {
                part(json, delta);
            }
        }
    }

    /**
     * {@code {"type":"text","text":"…"}}, {@code {"type":"thinking","thinking":[{"type":"text","text":"…"}]}} (Mistral)
     * or {@code {"type":"reasoning","summary":[{"type":"summary_text","text":"…"}]}} (Databricks).
     */
    private static void part(JsonReader json, Delta delta) {
        if (json.isString()) {
            delta.text += json.text();
        } else if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "text" -> delta.text += json.text();
                    case "thinking", "reasoning", "summary" -> delta.reasoning += joined(json);
                    case "refusal" -> refusal(json.text(), delta);
                    case "image_url", "image", "input_audio" -> {
                        delta.media = json.name();
                        json.skip();
                    }
                    default -> json.skip();
                }
            }
        }
    }

    /** {@code {"id": "…", "data": "…", "transcript": "…"}}: the transcript is the text of the answer. */
    private static String audio(JsonReader json, Delta delta) {
        String transcript = "";
        if (json.beginObject()) {
            delta.addShape(Shape.OTHER);
            while (json.nextField()) {
                switch (json.name()) {
                    case "transcript" -> transcript = json.text();
                    case "data" -> {
                        if (json.isString() && !json.is("")) {
                            delta.media = "audio";
                        } else if (!json.isString()) {
                            json.skip();
                        }
                    }
                    default -> json.skip();
                }
            }
        }
        return transcript;
    }

    private static void images(JsonReader json, Delta delta) {
        if (json.beginArray()) {
            delta.addShape(Shape.OTHER);
            while (json.nextElement()) {
                delta.media = "images";
                json.skip();
            }
        }
    }

    /** Reads a string, or joins the texts of an array of parts. */
    private static String joined(JsonReader json) {
        return json.isArray() ? texts(json) : json.text();
    }

    private static void opaque(String data, Delta delta) {
        if (!data.isEmpty()) {
            delta.addShape(Shape.OTHER);
            delta.opaque = data;
        }
    }

    private static void extraContent(@Nullable Object value, Delta delta) {
        delta.addShape(Shape.OTHER);
        delta.extraContent = value;
        JsonObject google = JsonObject.of(value).object("google");
        delta.isMarked = Boolean.TRUE.equals(google.get("thought"));
        delta.isSigned = google.has("thought_signature");
    }

    private void details(JsonReader json, Delta delta) {
        delta.addShape(Shape.OTHER);
        if (!keepsDetails) {
            delta.reasoningDetails += texts(json);
        } else if (json.value() instanceof List<?> entries) {
            delta.reasoningDetails += joined(entries, "text", "summary");
            delta.details = entries;
        }
    }

    /** {@code [{"type": "thinking", "thinking": "…", "signature": "…"}]} (LiteLLM). */
    private static void thinking(JsonReader json, Delta delta) {
        if (json.value() instanceof List<?> blocks && !blocks.isEmpty()) {
            delta.addShape(Shape.OTHER);
            delta.thinkingText += joined(blocks, "thinking");
            delta.thinking = blocks;
        }
    }

    private static String joined(List<?> entries, String... fields) {
        StringBuilder joined = new StringBuilder();
        for (Object entry : entries) {
            for (String field : fields) {
                joined.append(JsonObject.of(entry).text(field));
            }
        }
        return joined.toString();
    }

    /** Joins the texts or the summaries of {@code [{"text":"…"}]}. Encrypted entries have neither. */
    private static String texts(JsonReader json) {
        StringBuilder joined = new StringBuilder();
        if (json.beginArray()) {
            while (json.nextElement()) {
                joined.append(json.isString() ? json.text() : textsOf(json));
            }
        }
        return joined.toString();
    }

    private static String textsOf(JsonReader json) {
        String text = "";
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "text", "summary" -> text += json.text();
                    default -> json.skip();
                }
            }
        }
        return text;
    }

    private static void refusal(String text, Delta delta) {
        if (!text.isEmpty()) {
            delta.addShape(Shape.OTHER);
            delta.refused = true;
            delta.text += text;
        }
    }
}
