package dev.postern.openai;

import dev.postern.json.Json;
import java.nio.charset.StandardCharsets;

/** Answers in the format of OpenAI's API. */
final class ChatSamples {
    static final String USAGE =
            "data: {\"id\":\"c1\",\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n";
    static final String DONE = "data: [DONE]\n\n";

    private ChatSamples() {}

    /** One event of a stream. Both arguments are JSON. */
    static String chunk(String delta, String finishReason) {
        return "data: {\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"finish_reason\":" + finishReason + "}]}\n\n";
    }

    /** A whole answer. */
    static byte[] whole(String text) {
        return Json.bytes(json -> json.object(answer -> answer.field("id", "c1")
                .field("model", "m")
                .array(
                        "choices",
                        choices -> choices.object(choice -> choice.field("index", 0)
                                .object(
                                        "message",
                                        message -> message.field("role", "assistant")
                                                .field("content", text))
                                .field("finish_reason", "stop")))
                .object("usage", usage -> usage.field("prompt_tokens", 3).field("completion_tokens", 2))));
    }

    /** A stream of this many text deltas, with its end. */
    static byte[] stream(int deltas) {
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < deltas; i++) {
            events.append(chunk("{\"content\":\"" + i + " \"}", "null"));
        }
        return events.append(chunk("{}", "\"stop\"")).append(DONE).toString().getBytes(StandardCharsets.UTF_8);
    }
}
