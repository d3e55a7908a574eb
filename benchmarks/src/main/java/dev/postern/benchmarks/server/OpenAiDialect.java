package dev.postern.benchmarks.server;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The protocol of OpenAI, with the fields of OpenAI's own server. */
final class OpenAiDialect implements Dialect {
    private static final String ABOUT = "\"id\":\"chatcmpl-CfGyXvB1pUjJqk3LwZ0a9tQeRn5sD\",\"object\":\"%s\","
            + "\"created\":1764000000,\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\","
            + "\"system_fingerprint\":\"fp_560af6e559\"";
    private static final String USAGE = "{\"prompt_tokens\":20,\"completion_tokens\":2000,\"total_tokens\":2020,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},\"completion_tokens_details\":"
            + "{\"reasoning_tokens\":0,\"audio_tokens\":0,\"accepted_prediction_tokens\":0,"
            + "\"rejected_prediction_tokens\":0}}";

    @Override
    public String contentType(Script script) {
        return script.kind() == Script.Kind.WHOLE ? "application/json" : "text/event-stream; charset=utf-8";
    }

    @Override
    public List<byte[]> before(Script script) {
        if (script.isPaced()) {
            return List.of(); // all events have one length, so the floor finds the time stamp by counting bytes
        }
        return List.of(
                script.kind() == Script.Kind.TOOLS
                        ? delta(
                                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,"
                                        + "\"id\":\"call_5r1gYw2Zq0o3JmLkXx7HnQbT\",\"type\":\"function\","
                                        + "\"function\":{\"name\":\"note\",\"arguments\":\"\"}}],\"refusal\":null}",
                                "null")
                        : delta("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null"));
    }

    @Override
    public byte[] piece(Script script, String text) {
        String escaped = Dialect.escaped(text);
        return script.kind() == Script.Kind.TOOLS
                ? delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"" + escaped + "\"}}]}", "null")
                : delta("{\"content\":\"" + escaped + "\"}", "null");
    }

    @Override
    public List<byte[]> after(Script script) {
        String finish = script.kind() == Script.Kind.TOOLS ? "\"tool_calls\"" : "\"stop\"";
        return List.of(
                delta("{}", finish),
                event("{" + ABOUT.formatted("chat.completion.chunk") + ",\"choices\":[],\"usage\":" + USAGE + "}"),
                event("[DONE]"));
    }

    @Override
    public byte[] whole(String text) {
        return utf8("{" + ABOUT.formatted("chat.completion") + ",\"choices\":[{\"index\":0,\"message\":{"
                + "\"role\":\"assistant\",\"content\":\"" + Dialect.escaped(text)
                + "\",\"refusal\":null,\"annotations\":[]},"
                + "\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":" + USAGE + "}");
    }

    private static byte[] delta(String delta, String finish) {
        return event("{" + ABOUT.formatted("chat.completion.chunk") + ",\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"logprobs\":null,\"finish_reason\":" + finish + "}],\"usage\":null}");
    }

    private static byte[] event(String data) {
        return utf8("data: " + data + "\n\n");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
