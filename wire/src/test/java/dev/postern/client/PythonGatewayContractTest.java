package dev.postern.client;

import dev.postern.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** The contract of all providers, with the answers of the Python gateway. */
@Tag("full")
class PythonGatewayContractTest extends GatewayContractTest {

    @Override
    protected Reply answer(String text) {
        return new Reply(
                200,
                "application/json",
                Sse.utf8("{\"model\":\"m\",\"content\":" + Json.text(text)
                        + ",\"usage\":{\"input_tokens\":3,\"output_tokens\":4},\"metadata\":{},\"tool_calls\":null,"
                        + "\"stop_reason\":\"stop\"}"));
    }

    @Override
    protected Reply error(int status, String message) {
        Object detail = status == 400
                ? List.of(Map.of("type", "missing", "loc", List.of("body", "messages"), "msg", message))
                : message;
        return new Reply(status, "application/json", Sse.utf8(Json.text(Map.of("detail", detail))));
    }

    @Override
    protected String streamType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    protected byte[] opening() {
        return new byte[0];
    }

    @Override
    protected byte[] delta(String text) {
        return Sse.utf8("data: {\"type\": \"content_delta\", \"delta\": " + Json.text(text) + "}\n\n");
    }

    @Override
    protected byte[] ending() {
        return Sse.utf8("data: {\"type\": \"message_stop\", \"stop_reason\": \"stop\", \"model\": \"m\"}\n\n"
                + "data: {\"type\": \"metadata\", \"usage\": {\"input_tokens\": 3, \"output_tokens\": 4}}\n\n");
    }
}
