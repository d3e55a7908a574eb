package dev.postern.opentelemetry;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.genai.GenAi;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Messages in the JSON of the conventions, up to a bound. One object writes one attribute. A text that exceeds what is left of the bound
 * is cut and ends with "…"; tool calls, tools and messages that do not fit are left out, so that the JSON stays valid. The newest
 * messages come first in this, and the text and the calls of an answer before its reasoning.
 */
final class ContentJson {
    private static final String CUT = "…";
    /** What the JSON of a part costs beside its text. */
    private static final int FRAME = 40;

    private int left;
    /** What the rest of an answer needs; its reasoning, which is written first, must leave so much. */
    private long reserved;

    ContentJson(int characters) {
        left = characters;
    }

    String instructions(String system) {
        return array(json -> json.object(part -> text(part, "text", system)));
    }

    String messages(List<Message> messages) {
        Deque<String> written = new ArrayDeque<>();
        for (int i = messages.size() - 1; i >= 0 && takes(FRAME); i--) {
            Message message = messages.get(i);
            written.addFirst(json(one -> one.object(fields -> {
                fields.field("role", role(message.role()));
                fields.fieldIfAny("name", message.name());
                parts(fields, message.parts());
            })));
        }
        return "[" + String.join(",", written) + "]";
    }

    String answer(List<Content> parts, Optional<StopReason> reason) {
        for (Content part : parts) {
            reserved += part instanceof Content.Reasoning ? 0 : FRAME + size(part);
        }
        return array(json -> json.object(fields -> {
            fields.field("role", "assistant");
            parts(fields, parts);
            fields.field("finish_reason", reason.map(GenAi::finishReason).orElse("error"));
        }));
    }

    String tools(List<ToolDefinition> tools) {
        return array(json -> {
            for (ToolDefinition tool : tools) {
                String schema = Json.text(tool.inputSchema());
                if (takes(FRAME + tool.name().length() + tool.description().length() + schema.length())) {
                    json.object(fields -> fields.field("type", "function")
                            .field("name", tool.name())
                            .fieldIfAny("description", tool.description())
                            .fieldOf("parameters", tool.inputSchema()));
                }
            }
        });
    }

    private static String array(JsonWriter.Body elements) {
        return json(json -> json.array(elements));
    }

    private static String json(Consumer<JsonWriter> body) {
        return new String(Json.bytes(body), StandardCharsets.UTF_8);
    }

    /** The characters of a text or of a tool call. */
    private static long size(Content part) {
        if (part instanceof Content.Text text) {
            return text.text().length();
        }
        return part instanceof ToolCall call
                ? call.name().length() + Json.text(call.input()).length()
                : 0;
    }

    private static String role(Role role) {
        return switch (role) {
            case SYSTEM, DEVELOPER -> "system";
            case USER -> "user";
            case ASSISTANT -> "assistant";
            case TOOL -> "tool";
        };
    }

    private void parts(JsonWriter message, List<Content> parts) {
        message.array("parts", json -> {
            for (Content part : parts) {
                part(json, part);
            }
        });
    }

    private void part(JsonWriter json, Content part) {
        if (!(part instanceof Content.Reasoning)) {
            reserved = 0;
        }
        if (!takes(FRAME)) {
            return;
        }
        if (part instanceof Content.Text text) {
            json.object(fields -> text(fields, "text", text.text()));
        } else if (part instanceof Content.Reasoning thought) {
            json.object(fields -> text(fields, "reasoning", thought.text()));
        } else if (part instanceof ToolCall call) {
            call(json, call);
        } else if (part instanceof ToolResult result) {
            json.object(fields -> fields.field("type", "tool_call_response")
                    .fieldIfAny("id", result.callId())
                    .field("response", cut(result.text())));
        } else if (part instanceof Content.Image image) {
            json.object(fields -> media(fields, "image", image.mediaType(), image.url()));
        } else if (part instanceof Content.Audio audio) {
            json.object(fields -> media(fields, "audio", audio.mediaType(), ""));
        } else if (part instanceof Content.Document document) {
            json.object(fields -> {
                if (document.fileId().isEmpty()) {
                    media(fields, "document", document.mediaType(), "");
                } else {
                    fields.field("type", "file").field("modality", "document").field("file_id", document.fileId());
                }
            });
        }
    }

    private void call(JsonWriter json, ToolCall call) {
        boolean fits = takes(call.name().length() + Json.text(call.input()).length());
        json.object(fields -> {
            fields.field("type", "tool_call").fieldIfAny("id", call.id()).field("name", call.name());
            if (fits) {
                fields.fieldOf("arguments", call.input());
            }
        });
    }

    private void media(JsonWriter fields, String modality, String mediaType, String url) {
        boolean linked = !url.isEmpty() && !url.startsWith("data:") && takes(url.length());
        fields.field("type", linked ? "uri" : "blob")
                .field("modality", modality)
                .fieldIfAny("mime_type", mediaType);
        if (linked) {
            fields.field("uri", url);
        }
    }

    private void text(JsonWriter fields, String type, String text) {
        fields.field("type", type).field("content", cut(text));
    }

    private boolean takes(int characters) {
        if (characters > left - reserved) {
            return false;
        }
        left -= characters;
        return true;
    }

    private String cut(String text) {
        if (takes(text.length())) {
            return text;
        }
        int rest = (int) Math.max(0, left - reserved);
        int end = rest > 0 && Character.isHighSurrogate(text.charAt(rest - 1)) ? rest - 1 : rest;
        left -= rest;
        return text.substring(0, end) + CUT;
    }
}
