package dev.postern.openai;

import dev.postern.StreamEvent;
import dev.postern.json.Json;
import dev.postern.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads a {@code delta}, or the {@code message} of a whole answer: text, reasoning, a refusal and fragments of tool calls,
 * each in every shape that it was seen in. Reasoning comes in up to three fields that say the same; it counts once.
 */
final class DeltaReader {
    private final ToolCallAssembler tools;
    private final MessageExtras extras;
    private final ToolFragment fragment = new ToolFragment();
    /** What the calls of a delta become; told after its text, which may stand behind them (vLLM). */
    private final List<StreamEvent> called = new ArrayList<>();

    private final Consumer<StreamEvent> afterwards = called::add;
    private boolean refused;

    /** What a chunk consists of, to tell those that differ in one string alone. */
    private enum Gist {
        NOTHING,
        TEXT,
        REASONING,
        ARGUMENTS,
        MORE
    }

    private Gist gist = Gist.NOTHING;
    private String told = ""; // text or reasoning

    // Of the delta that is being read. Strings are taken as they are; only typed parts need to be joined.
    private String text = "";
    private String reasoningContent = "";
    private String reasoning = "";
    private String reasoningDetails = "";

    DeltaReader(ToolCallAssembler tools, MessageExtras extras) {
        this.tools = tools;
        this.extras = extras;
    }

    /** Whether the model refused to answer. */
    boolean refused() {
        return refused;
    }

    /** Another chunk begins. */
    void reset() {
        gist = Gist.NOTHING;
    }

    /** Whether all that the chunk has told is one string: of text, of reasoning, or of a call's arguments. */
    boolean isOneString() {
        return gist != Gist.NOTHING && gist != Gist.MORE;
    }

    /** That string. */
    String oneString() {
        return gist == Gist.ARGUMENTS ? fragment.arguments : told;
    }

    /** A chunk like the last one, which {@link #isOneString}, but with this string. */
    void again(String other, Consumer<? super StreamEvent> out) {
        if (gist == Gist.ARGUMENTS) {
            fragment.arguments = other;
            tools.add(fragment, out);
        } else if (gist == Gist.REASONING) {
            tell(other, "", out);
        } else {
            tell("", other, out);
        }
    }

    private void saw(Gist part) {
        gist = gist == Gist.NOTHING ? part : Gist.MORE;
    }

    void read(JsonReader json, boolean whole, Consumer<? super StreamEvent> out) {
        if (!json.beginObject()) {
            return; // absent or null: Azure's content filter, among others
        }
        if (whole) {
            saw(Gist.MORE);
        }
        text = reasoningContent = reasoning = reasoningDetails = "";
        while (json.nextField()) {
            switch (json.name()) {
                case "content" -> content(json);
                case "reasoning_content" -> reasoningContent = reasoning(json);
                case "reasoning" -> reasoning = reasoning(json);
                case MessageExtras.REASONING_DETAILS -> {
                    saw(Gist.MORE);
                    reasoningDetails = extras.keepsDetails() ? extras.details(json) : details(json);
                }
                case MessageExtras.EXTRA_CONTENT -> {
                    saw(Gist.MORE);
                    extras.extraContent(json.value());
                }
                case "refusal" -> refusal(json.text());
                case "tool_calls" -> toolCalls(json, whole, afterwards);
                case "function_call" -> functionCall(json, whole, afterwards);
                default -> json.skip();
            }
        }
        tell(out);
        called.forEach(out);
        called.clear();
    }

    /** Reasoning first, whatever the order of the fields: it was thought first. */
    private void tell(Consumer<? super StreamEvent> out) {
        String thought =
                !reasoningContent.isEmpty() ? reasoningContent : !reasoning.isEmpty() ? reasoning : reasoningDetails;
        told = gist == Gist.REASONING ? thought : text;
        tell(thought, text, out);
        text = reasoningContent = reasoning = reasoningDetails = "";
    }

    private static void tell(String thought, String said, Consumer<? super StreamEvent> out) {
        if (!thought.isEmpty()) {
            out.accept(StreamEvent.ReasoningDelta.of(thought));
        }
        if (!said.isEmpty()) {
            out.accept(new StreamEvent.ContentDelta(said));
        }
    }

    private String reasoning(JsonReader json) {
        String thought = json.varying();
        if (!thought.isEmpty()) {
            saw(Gist.REASONING);
        }
        return thought;
    }

    /** A string, or typed parts (Mistral, Groq, Databricks). */
    private void content(JsonReader json) {
        if (!json.isArray()) {
            String more = json.varying();
            if (!more.isEmpty()) {
                saw(Gist.TEXT);
            }
            text = text.isEmpty() ? more : text + more; // nearly always as it is: joining makes another string
        } else if (json.beginArray()) {
            saw(Gist.MORE);
            while (json.nextElement()) {
                part(json);
            }
        }
    }

    /**
     * {@code {"type":"text","text":"…"}}, {@code {"type":"thinking","thinking":[{"type":"text","text":"…"}]}} (Mistral) or
     * {@code {"type":"reasoning","summary":[{"type":"summary_text","text":"…"}]}} (Databricks).
     */
    private void part(JsonReader json) {
        if (json.isString()) {
            text = text + json.text();
        } else if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "text" -> text = text + json.text();
                    case "thinking", "reasoning", "summary" -> reasoning = reasoning + joined(json);
                    case "refusal" -> refusal(json.text());
                    default -> json.skip();
                }
            }
        }
    }

    /** A string, or the texts of an array of parts. */
    private static String joined(JsonReader json) {
        if (!json.isArray()) {
            return json.text();
        }
        return details(json);
    }

    /** The texts of {@code [{"text":"…"}]}, or the summaries; encrypted entries have neither. */
    private static String details(JsonReader json) {
        StringBuilder joined = new StringBuilder();
        if (json.beginArray()) {
            while (json.nextElement()) {
                if (json.isString()) {
                    joined.append(json.text());
                } else if (json.beginObject()) {
                    while (json.nextField()) {
                        switch (json.name()) {
                            case "text", "summary" -> joined.append(json.text());
                            default -> json.skip();
                        }
                    }
                }
            }
        }
        return joined.toString();
    }

    private void refusal(String words) {
        if (!words.isEmpty()) {
            saw(Gist.MORE);
            refused = true;
            text = text + words;
        }
    }

    /** An array; before TGI 2.4 a single object. */
    private void toolCalls(JsonReader json, boolean whole, Consumer<? super StreamEvent> out) {
        if (json.isObject()) {
            toolCall(json, whole, out);
        } else if (json.beginArray()) {
            while (json.nextElement()) {
                toolCall(json, whole, out);
            }
        }
    }

    /** {@code {"index": 0, "id": "…", "function": {"name": "…", "arguments": "…"}, "extra_content": {…}}} */
    private void toolCall(JsonReader json, boolean whole, Consumer<? super StreamEvent> out) {
        if (!json.beginObject()) {
            return;
        }
        fragment.reset();
        while (json.nextField()) {
            switch (json.name()) {
                case "index" -> fragment.index = json.integer(fragment.index);
                case "id" -> fragment.id = json.text();
                case "function" -> function(json);
                case MessageExtras.EXTRA_CONTENT -> {
                    saw(Gist.MORE);
                    fragment.extraContent = json.value();
                }
                default -> json.skip();
            }
        }
        tell(whole, out);
    }

    /** The form before there were tools: one call, without an id. */
    private void functionCall(JsonReader json, boolean whole, Consumer<? super StreamEvent> out) {
        if (json.isObject() && !(whole && !tools.isEmpty())) {
            fragment.reset();
            fragment.index = 0;
            function(json);
            tell(whole, out);
        } else {
            json.skip();
        }
    }

    private void function(JsonReader json) {
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "name" -> fragment.name = json.text();
                    case "arguments" ->
                        fragment.arguments =
                                json.isObject() || json.isArray() ? Json.text(json.value()) : json.varying();
                    case "index" -> fragment.index = json.integer(fragment.index); // older Ollama
                    default -> json.skip();
                }
            }
        }
    }

    private void tell(boolean whole, Consumer<? super StreamEvent> out) {
        saw(Gist.ARGUMENTS);
        if (whole) {
            tools.addWhole(fragment, out);
        } else {
            tools.add(fragment, out);
        }
    }
}
