package dev.postern.server.door.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.json.Json;
import dev.postern.server.door.DoorTarget;
import dev.postern.testkit.project.Golden;
import dev.postern.wire.RequestWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests of clients, and what is read from them: {@code NAME.json} beside {@code NAME.read}, in the gateway's own JSON. */
class AnthropicRequestReaderTest {
    private static final String FOLDER = "anthropic/request/";

    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/golden/" + FOLDER))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList();
        }
    }

    private static MessagesRequest read(byte[] json) {
        return AnthropicRequestReader.read(json, model -> new DoorTarget("main", model, model, List.of("main")));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aRequestIsReadAsExpected(String name) {
        MessagesRequest read = read(Golden.read(FOLDER + name + ".json"));
        String request = new String(RequestWriter.write(read.request()), StandardCharsets.UTF_8)
                .replace(",\"messages\"", ",\n\"messages\"")
                .replace("{\"role\"", "\n  {\"role\"")
                .replace(",\"tools\"", ",\n\"tools\"");
        Golden.check(
                FOLDER + name + ".read",
                "stream " + read.stream() + ", thinking " + read.thinking() + "\n" + request + "\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                                                     | body: must be an object
            {                                                      | body: must be a JSON object
            {}                                                     | model: is required
            "messages":[]                                          | messages: must be a list of at least one message
            "messages":{}                                          | messages: must be a list
            "messages":[{"role":"tool","content":"a"}]             | messages.0.role: must be user or assistant
            "messages":[{"role":"user"}]                           | messages.0.content: is required
            "messages":[{"role":"user","content":[1]}]             | messages.0.content.0: must be an object
            "messages":[{"role":"user","content":[{"type":"x"}]}]  | messages.0.content.0.type: 'x' is not supported by this gateway
            "messages":[{"role":"user","content":[{"type":"web_search_tool_result"}]}] | messages.0.content.0.type: 'web_search_tool_result' is not
            "messages":[{"role":"user","content":[{"type":"text","text":1}]}] | messages.0.content.0.text: must be a string
            "messages":[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"ttl":"2h"}}]}] | messages.0.content.0.cache_control.ttl: must be 5m or 1h
            "messages":[{"role":"user","content":[{"type":"image","source":{"type":"file","file_id":"f"}}]}] | messages.0.content.0.source.type: must be base64 or url
            "messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":""}}]}] | messages.0.content.0.source: image: needs
            "messages":[{"role":"user","content":[{"type":"document","source":{"type":"url","url":"https://e.com"}}]}] | messages.0.content.0.source.type: must be base64, text or content
            "messages":[{"role":"user","content":[{"type":"tool_result","content":"a"}]}] | messages.0.content.0: tool_results.tool_use_id: must not be empty
            "messages":[{"role":"user","content":[{"type":"tool_use","id":"a","name":"b","input":{}}]}] | messages.0: content: ToolCall belongs in a message of the assistant
            "messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"b","input":"c"}]}] | messages.0.content.0.input: must be an object
            "messages":[{"role":"user","content":"a"}],"system":[{"type":"image"}] | system.0.type: must be text in the system prompt
            "messages":[{"role":"user","content":"a"}],"system":1  | system: must be a list
            "messages":[{"role":"user","content":"a"}],"max_tokens":1.5 | max_tokens: must be a whole number
            "messages":[{"role":"user","content":"a"}],"max_tokens":"1" | max_tokens: must be a number
            "messages":[{"role":"user","content":"a"}],"stop_sequences":[1] | stop_sequences.0: must be a string
            "messages":[{"role":"user","content":"a"}],"stream":"yes" | stream: must be true or false
            "messages":[{"role":"user","content":"a"}],"thinking":{} | thinking.type: is required
            "messages":[{"role":"user","content":"a"}],"tools":[{"type":"web_search_20250305","name":"web_search"}] | tools.0.type: 'web_search_20250305' is a tool of Anthropic's own service
            "messages":[{"role":"user","content":"a"}],"tools":[{"name":""}] | tools.0: tools.name: must not be empty
            "messages":[{"role":"user","content":"a"}],"tools":[{"name":"t"}],"tool_choice":{"type":"x"} | tool_choice.type: must be auto, any, tool or none
            "messages":[{"role":"user","content":"a"}],"mcp_servers":[{}] | mcp_servers: are not supported
            "messages":[{"role":"user","content":"a"}],"output_config":{"format":{"type":"xml"}} | output_config.format.type: must be json_schema
            """)
    void aWrongValueIsRefusedWithItsPath(String fields, String message) {
        String json = fields.startsWith("\"") ? "{\"model\":\"m\"," + fields + "}" : fields;
        assertThatThrownBy(() -> read(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(LlmException.Kind.INVALID_REQUEST);
                    assertThat(e).hasMessageStartingWith(message);
                });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            us.anthropic.claude-sonnet-4-5-v1:0 | {"thinking":{"type":"enabled","budget_tokens":2000}} | `` | {"thinking":{"type":"enabled","budget_tokens":2000}}
            anthropic/claude-opus-4.5 | {"thinking":{"type":"adaptive"},"output_config":{"effort":"max"}} | `` | {"thinking":{"type":"adaptive"},"output_config":{"effort":"max"}}
            gpt-5-mini           | {"thinking":{"type":"enabled","budget_tokens":2000}}  | low    | {}
            openai/gpt-5         | {"thinking":{"type":"enabled","budget_tokens":10000}} | medium | {}
            o3                   | {"thinking":{"type":"enabled","budget_tokens":30000}} | high   | {}
            gpt-oss:20b          | {"output_config":{"effort":"max"}}                    | high   | {}
            gemini-2.5-pro       | {"output_config":{"effort":"low"}}                    | low    | {}
            gpt-5                | {"thinking":{"type":"disabled"}}                      | ``     | {}
            gpt-4o               | {"thinking":{"type":"enabled","budget_tokens":2000}}  | ``     | {}
            llama3.2             | {"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}} | `` | {}
            """)
    void thinkingBecomesWhatTheModelAccepts(String model, String fields, String effort, String extra) {
        String json = "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],"
                + fields.substring(1);
        MessagesRequest read = read(json.getBytes(StandardCharsets.UTF_8));
        assertThat(read.request().reasoningEffort()).isEqualTo(effort);
        assertThat(Json.text(read.request().extra())).isEqualTo(extra);
    }
}
