package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.agent.AgentEvent;
import dev.postern.agent.AgentResult;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.wire.EventWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Writes results and events of agents in the format of the Python gateway. */
final class AgentJson {
    /** The characters of a tool's result in its event. The last event of the stream has the complete result. */
    private static final int SHOWN = 500;

    private AgentJson() {}

    /** The result of a run. */
    static byte[] result(AgentResult result) {
        return Json.bytes(json -> json.object(it -> result(it, result, "", false)));
    }

    /**
     * An event on one line; empty for an event that clients of this format do not know.
     *
     * @param backend the backend that answered; written in the last event
     */
    static Optional<byte[]> event(AgentEvent event, String backend) {
        if (event instanceof AgentEvent.Reasoning) {
            return Optional.empty();
        }
        return Optional.of(EventWriter.line(Json.bytes(json -> json.object(it -> fields(it, event, backend)))));
    }

    /** The end of a stream that was cancelled. */
    static byte[] cancelled() {
        return Json.bytes(json -> json.object(it -> it.field("type", "cancelled")));
    }

    /** The end of a stream that failed. It has {@code detail} and the fields of an error of a completion. */
    static byte[] failed(LlmException failure, String requestId) {
        return EventWriter.error(failure, requestId);
    }

    private static void fields(JsonWriter json, AgentEvent event, String backend) {
        if (event instanceof AgentEvent.Started started) {
            json.field("type", "stream_start").field("session_id", started.sessionId());
        } else if (event instanceof AgentEvent.Token token) {
            json.field("type", "token").field("content", token.content());
        } else if (event instanceof AgentEvent.ToolCallStart start) {
            json.field("type", "tool_call_start").field("name", start.name()).field("id", start.id());
        } else if (event instanceof AgentEvent.ToolCallResult ended) {
            json.field("type", "tool_call_result")
                    .field("name", ended.call().name())
                    .field("id", ended.call().id())
                    .field("result", beginning(ended.result().text()))
                    .nullField("structured");
        } else if (event instanceof AgentEvent.SubAgentToken token) {
            json.field("type", "sub_agent_token").field("agent", token.agent()).field("content", token.content());
        } else if (event instanceof AgentEvent.SubAgentTool tool) {
            json.field("type", "sub_agent_tool").field("agent", tool.agent()).field("name", tool.name());
        } else if (event instanceof AgentEvent.Done done) {
            result(json.field("type", "done"), done.result(), backend, true);
        }
    }

    /** The beginning of a text, without cutting a surrogate pair in half. */
    private static String beginning(String text) {
        int characters = text.codePointCount(0, text.length());
        return characters <= SHOWN ? text : text.substring(0, text.offsetByCodePoints(0, SHOWN));
    }

    private static void result(JsonWriter json, AgentResult result, String backend, boolean streamed) {
        json.field("response", result.text())
                .field("session_id", result.sessionId())
                .field("agent_name", result.agent())
                .field("turns_used", result.turns())
                .array("tools_called", result.toolsCalled(), JsonWriter::text)
                .array(
                        "artifacts",
                        result.toolCalls(),
                        (out, executed) -> out.object(it -> artifact(it, executed.call(), executed.result(), streamed)))
                .object("metadata", metadata -> {
                    metadata.field("trace_id", UUID.randomUUID().toString().replace("-", ""))
                            .field("end", result.end().name().toLowerCase(Locale.ROOT))
                            .field("stop_reason", result.stopReason().wire())
                            .fieldIfAny("backend", backend);
                    if (!result.memoryFailures().isEmpty()) {
                        metadata.array(
                                "memory_failures",
                                result.memoryFailures(),
                                (out, failure) -> out.text(String.valueOf(failure.getMessage())));
                    }
                    metadata.object("usage", usage -> result.usage().ifPresent(known -> usage(usage, known)));
                });
    }

    /** Writes a tool call with its result. In the last event of a stream, clients expect the code and its language. */
    private static void artifact(JsonWriter json, ToolCall call, ToolResult result, boolean streamed) {
        json.field("tool_name", call.name()).fieldOf("tool_input", call.input());
        if (streamed) {
            json.field("code", text(call, "code", "")).field("language", text(call, "language", "python"));
        }
        json.field("output", result.text()).nullField("structured");
    }

    private static String text(ToolCall call, String name, String absent) {
        return call.input().get(name) instanceof String text ? text : absent;
    }

    private static void usage(JsonWriter json, Usage usage) {
        json.field("input_tokens", usage.inputTokens()).field("output_tokens", usage.outputTokens());
        usage.cachedTokens().ifPresent(count -> json.field("cached_tokens", count));
        usage.cacheWriteTokens().ifPresent(count -> json.field("cache_write_tokens", count));
        usage.reasoningTokens().ifPresent(count -> json.field("reasoning_tokens", count));
    }
}
