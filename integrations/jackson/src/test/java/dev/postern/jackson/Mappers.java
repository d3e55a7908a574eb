package dev.postern.jackson;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Message;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.wire.GatewayJson;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** A mapper with the module, and what the module reads and writes. */
final class Mappers {
    static final JsonMapper MAPPER =
            JsonMapper.builder().addModule(new PosternModule()).build();

    static final List<Form<?>> FORMS = List.of(
            new Form<>("request", CompletionRequest.class, GatewayJson.REQUEST),
            new Form<>("response", CompletionResponse.class, GatewayJson.RESPONSE),
            new Form<>("event", StreamEvent.class, GatewayJson.EVENT),
            new Form<>("message", Message.class, GatewayJson.MESSAGE),
            new Form<>("tool", ToolDefinition.class, GatewayJson.TOOL),
            new Form<>("tool_call", ToolCall.class, GatewayJson.TOOL_CALL),
            new Form<>("tool_result", ToolResult.class, GatewayJson.TOOL_RESULT),
            new Form<>("usage", Usage.class, GatewayJson.USAGE));

    private Mappers() {}

    /** A type with its JSON. The name is that of the golden pair of {@code wire}. */
    record Form<T>(String name, Class<T> type, GatewayJson<T> json) {
        @Override
        public String toString() {
            return name;
        }
    }
}
